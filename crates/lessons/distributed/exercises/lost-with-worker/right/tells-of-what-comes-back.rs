// right: it puts back what was lent, and prints it with the address of the worker.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    // There is no address if the worker has hung up already.
    let peer = stream.peer_addr().map_or_else(|_| "gone".to_owned(), |it| it.to_string());
    let mut lent = None;
    while let Ok(Some(request)) = frame::read(stream, 64) {
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        if frame::write(stream, &encode(&lent)?).is_err() {
            break;
        }
    }
    if let Some(task) = lent {
        say!("Worker ({peer}) task {task}: lost, put back");
        tasks.push_front(task);
    }
    Ok(())
}
