// fail at slow: it treats a worker that does not ask within five seconds as dead.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut lent = None;
    while let Ok(Some(request)) = frame::read(stream, 64) {
        stream.set_read_timeout(None)?;
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        if frame::write(stream, &encode(&lent)?).is_err() {
            break;
        }
    }
    tasks.extend(lent);
    Ok(())
}
