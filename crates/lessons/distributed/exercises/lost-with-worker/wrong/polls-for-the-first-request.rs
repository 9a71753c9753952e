// fail at slow: it checks again and again whether a new worker has asked for its first task.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    stream.set_nonblocking(true)?;
    while let Err(error) = stream.peek(&mut [0])
        && error.kind() == std::io::ErrorKind::WouldBlock
    {
        sleep(Duration::from_millis(5));
    }
    stream.set_nonblocking(false)?;
    let mut lent = None;
    while let Ok(Some(request)) = frame::read(stream, 64) {
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        if frame::write(stream, &encode(&lent)?).is_err() {
            break;
        }
    }
    tasks.extend(lent);
    Ok(())
}
