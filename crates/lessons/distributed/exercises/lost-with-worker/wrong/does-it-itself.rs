// fail at dies: the scheduler itself does the task of a dead worker.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent = None;
    while let Ok(Some(request)) = frame::read(stream, 64) {
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        if frame::write(stream, &encode(&lent)?).is_err() {
            break;
        }
    }
    results.extend(lent.map(|task| task * task));
    Ok(())
}
