// fail at reset: an error of `read` is an end, and one of `write` takes the task with it.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent = None;
    while let Ok(Some(request)) = frame::read(stream, 64) {
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        frame::write(stream, &encode(&lent)?)?;
    }
    tasks.extend(lent);
    Ok(())
}
