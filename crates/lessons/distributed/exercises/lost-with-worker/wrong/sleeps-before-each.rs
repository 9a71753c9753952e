// fail at slow: it sleeps before each read, so that the worker has some time: it should only wait.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent = None;
    loop {
        sleep(Duration::from_millis(20));
        let Ok(Some(request)) = frame::read(stream, 64) else {
            break;
        };
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        if frame::write(stream, &encode(&lent)?).is_err() {
            break;
        }
    }
    tasks.extend(lent);
    Ok(())
}
