// fail at reset: after an error, it does not put the task back.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent = None;
    loop {
        let request = match frame::read(stream, 64) {
            Ok(Some(request)) => request,
            Ok(None) => break,
            Err(_) => return Ok(()),
        };
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        if frame::write(stream, &encode(&lent)?).is_err() {
            return Ok(());
        }
    }
    tasks.extend(lent);
    Ok(())
}
