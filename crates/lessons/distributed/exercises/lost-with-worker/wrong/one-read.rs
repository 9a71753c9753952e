// fail at parts: it reads a message by one `read`: a worker whose message comes in two parts counts as dead.
use std::io::Read;

fn next_message(mut stream: &TcpStream) -> Option<Vec<u8>> {
    let mut bytes = [0; 68];
    let count = stream.read(&mut bytes).ok()?;
    let length: [u8; 4] = bytes[..4].try_into().ok()?;
    let end = 4 + u32::from_le_bytes(length) as usize;
    (end <= count).then(|| bytes[4..end].to_vec())
}

fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent = None;
    while let Some(request) = next_message(stream) {
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        if frame::write(stream, &encode(&lent)?).is_err() {
            break;
        }
    }
    tasks.extend(lent);
    Ok(())
}
