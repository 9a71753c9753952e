// right: its own type for a request, with the bytes of an `Option`; a task stays in the queue.
use borsh::BorshDeserialize;

#[derive(BorshDeserialize)]
enum Request {
    First,
    After(u32),
}

fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    while let Ok(Some(request)) = frame::read(stream, 64) {
        if let Request::After(result) = Request::try_from_slice(&request)? {
            results.push(result);
            tasks.pop_front();
        }
        let next = encode(&tasks.front().copied())?;
        if frame::write(stream, &next).is_err() {
            break;
        }
    }
    Ok(())
}
