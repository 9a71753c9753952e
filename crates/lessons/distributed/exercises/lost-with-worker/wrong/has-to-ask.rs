// fail at dies: a worker that dies before it has asked for a task ends the scheduler.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent;
    let mut request = frame::read(stream, 64)?.ok_or("the worker has not asked")?;
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
