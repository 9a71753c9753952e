// right: a task stays in the queue until its result has come; it prints each loan.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    while let Ok(Some(request)) = frame::read(stream, 64) {
        if let Some(result) = decode::<Option<u32>>(&request)? {
            results.push(result);
            tasks.pop_front();
        }
        let next = tasks.front().copied();
        if let Some(task) = next {
            say!("Scheduler ({}) lends task {task}.", pid());
        }
        if frame::write(stream, &encode(&next)?).is_err() {
            break;
        }
    }
    Ok(())
}
