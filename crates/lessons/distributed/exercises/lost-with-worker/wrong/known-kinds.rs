// fail at reset: it handles a broken connection, but not an end in the middle of a message.
use std::io::ErrorKind;

fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let is_end = |error: &std::io::Error| {
        matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe)
    };
    let mut lent = None;
    loop {
        let request = match frame::read(stream, 64) {
            Ok(Some(request)) => request,
            Ok(None) => break,
            Err(error) if is_end(&error) => break,
            Err(error) => return Err(error.into()),
        };
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        match frame::write(stream, &encode(&lent)?) {
            Ok(()) => {}
            Err(error) if is_end(&error) => break,
            Err(error) => return Err(error.into()),
        }
    }
    tasks.extend(lent);
    Ok(())
}
