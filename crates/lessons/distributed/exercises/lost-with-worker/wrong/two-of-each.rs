// fail at well: it lends each task twice, so that one of the two may be lost.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut again = VecDeque::new();
    while let Ok(Some(request)) = frame::read(stream, 64) {
        let result = decode::<Option<u32>>(&request)?;
        results.extend(result.filter(|result| !results.contains(result)));
        let task = tasks.pop_front().inspect(|task| again.push_back(*task));
        let task = task.or_else(|| again.pop_front());
        if frame::write(stream, &encode(&task)?).is_err() {
            break;
        }
    }
    Ok(())
}
