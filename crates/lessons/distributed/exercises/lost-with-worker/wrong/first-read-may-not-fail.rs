// fail at reset: an error of the first `read` ends the scheduler; only later ones count as the worker's end.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let Some(mut request) = frame::read(stream, 64)? else {
        return Ok(());
    };
    let mut lent;
    loop {
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        if frame::write(stream, &encode(&lent)?).is_err() {
            break;
        }
        match frame::read(stream, 64) {
            Ok(Some(next)) => request = next,
            Ok(None) | Err(_) => break,
        }
    }
    tasks.extend(lent);
    Ok(())
}
