// fail at reset: a failed `write` of a task is an end, but one of `None` ends the scheduler.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent: Option<u32> = None;
    loop {
        let request = match frame::read(stream, 64) {
            Ok(Some(request)) => request,
            Ok(None) | Err(_) => {
                tasks.extend(lent);
                return Ok(());
            }
        };
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        match lent {
            Some(task) => {
                if frame::write(stream, &encode(&Some(task))?).is_err() {
                    tasks.push_front(task);
                    return Ok(());
                }
            }
            None => frame::write(stream, &encode(&None::<u32>)?)?,
        }
    }
}
