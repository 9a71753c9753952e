// fail at slow: it treats a worker that is silent for a minute as dead, and resets the limit.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent = None;
    loop {
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let request = frame::read(stream, 64);
        stream.set_read_timeout(None)?;
        let Ok(Some(request)) = request else {
            break;
        };
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        if frame::write(stream, &encode(&lent)?).is_err() {
            break;
        }
    }
    tasks.extend(lent);
    Ok(())
}
