// fail at reset: it treats an error of `read` as an end, but an error of `write` loses the task.
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
