// fail at slow: it checks now and then, but not often, whether a message has come.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent = None;
    loop {
        stream.set_nonblocking(true)?;
        while let Err(error) = stream.peek(&mut [0])
            && error.kind() == std::io::ErrorKind::WouldBlock
        {
            std::thread::sleep(std::time::Duration::from_millis(500));
        }
        stream.set_nonblocking(false)?;
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
