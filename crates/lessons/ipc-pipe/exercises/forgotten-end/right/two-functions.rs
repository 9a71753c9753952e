// right: each side is a function that owns one end; the other end is dropped before its call.
fn receiver((reading_end, _): (PipeEnd, ())) -> i32 {
    recv_all(&reading_end)
}

fn sender(writing_end: PipeEnd, words: &[String]) -> StoryResult {
    send_all(&writing_end, words)
}

fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let child = match fork("receiver")? {
        Fork::Child => {
            std::mem::drop(writing_end);
            exit_now(receiver((reading_end, ())));
        }
        Fork::Parent { child } => child,
    };
    drop(reading_end);
    let sent = sender(writing_end, words);
    wait(child)?;
    sent
}
