// fail at slow: it reads with a time limit, again and again.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent = None;
    loop {
        stream.set_read_timeout(Some(std::time::Duration::from_millis(300)))?;
        while let Err(error) = stream.peek(&mut [0])
            && error.kind() == std::io::ErrorKind::WouldBlock
        {}
        stream.set_read_timeout(None)?;
        let Ok(Some(request)) = frame::read(stream, 64) else {
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
