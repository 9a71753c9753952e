// fail at reset: an error is an end only while a task is lent; after the last task it ends the scheduler.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent: Option<u32> = None;
    let mut asked = false;
    let mut talk = || -> StoryResult {
        while let Some(request) = frame::read(stream, 64)? {
            asked = true;
            results.extend(decode::<Option<u32>>(&request)?);
            lent = tasks.pop_front();
            frame::write(stream, &encode(&lent)?)?;
        }
        Ok(())
    };
    let end = talk();
    match lent {
        Some(task) => {
            tasks.push_back(task);
            Ok(())
        }
        None if asked => end,
        None => Ok(()),
    }
}
