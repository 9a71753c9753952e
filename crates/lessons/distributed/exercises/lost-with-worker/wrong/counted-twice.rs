// fail at once: at the end of a connection, it puts back all tasks that were lent, done or not.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent = Vec::new();
    while let Ok(Some(request)) = frame::read(stream, 64) {
        results.extend(decode::<Option<u32>>(&request)?);
        let task = tasks.pop_front();
        lent.extend(task);
        let _may_be_dead = frame::write(stream, &encode(&task)?);
        if task.is_none() {
            return Ok(());
        }
    }
    tasks.extend(lent);
    Ok(())
}
