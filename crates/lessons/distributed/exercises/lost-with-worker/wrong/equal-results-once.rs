// fail at sent: it does not count a result that equals an earlier one, although it is of another task.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent: Option<u32> = None;
    while let Ok(Some(request)) = frame::read(stream, 64) {
        if let Some(result) = decode::<Option<u32>>(&request)? {
            if !results.contains(&result) {
                results.push(result);
            }
        }
        lent = tasks.pop_front();
        if frame::write(stream, &encode(&lent)?).is_err() {
            break;
        }
    }
    tasks.extend(lent);
    Ok(())
}
