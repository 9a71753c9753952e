// fail at well: without a task it closes instead of sending `None`: each worker has an error.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent = None;
    while let Ok(Some(request)) = frame::read(stream, 64) {
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        let Some(task) = lent else {
            break;
        };
        if frame::write(stream, &encode(&Some(task))?).is_err() {
            break;
        }
    }
    tasks.extend(lent);
    Ok(())
}
