// right: a task stays in the queue until its result has come.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    loop {
        let request = match frame::read(stream, 64) {
            Ok(Some(request)) => request,
            Ok(None) | Err(_) => return Ok(()),
        };
        if let Some(result) = decode::<Option<u32>>(&request)? {
            results.push(result);
            tasks.pop_front();
        }
        let next = encode(&tasks.front().copied())?;
        if frame::write(stream, &next).is_err() {
            return Ok(());
        }
    }
}
