// fail at well: when there is no task, it hangs up instead of sending `None`, and each worker ends with an error.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent = None;
    while let Ok(Some(request)) = frame::read(stream, 64) {
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        let Some(task) = lent else {
            break;
        };
        if frame::write(stream, &encode(&Some(task))?).is_err() {
            break;
        }
    }
    tasks.extend(lent);
    Ok(())
}
