// right: it remembers what it has lent, and puts it back at the end of the connection.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent = None;
    while let Ok(Some(request)) = frame::read(stream, 64) {
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        if frame::write(stream, &encode(&lent)?).is_err() {
            break;
        }
    }
    tasks.extend(lent);
    Ok(())
}
