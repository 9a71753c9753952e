// right: at the end it shuts the connection down, in both directions.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent = None;
    while let Ok(Some(request)) = frame::read(stream, 64) {
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        if frame::write(stream, &encode(&lent)?).is_err() {
            break;
        }
    }
    // If the worker is dead, the connection has ended before, and this returns an error.
    let _dead = stream.shutdown(std::net::Shutdown::Both);
    tasks.extend(lent);
    Ok(())
}
