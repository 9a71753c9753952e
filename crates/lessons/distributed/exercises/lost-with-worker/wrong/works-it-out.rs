// fail at sent: it works out the results itself, and never reads those that the workers send.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent: Option<u32> = None;
    while let Ok(Some(_request)) = frame::read(stream, 64) {
        results.extend(lent.map(|task| task * task));
        lent = tasks.pop_front();
        if frame::write(stream, &encode(&lent)?).is_err() {
            break;
        }
    }
    tasks.extend(lent);
    Ok(())
}
