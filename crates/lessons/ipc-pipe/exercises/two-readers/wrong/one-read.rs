// fail at turns: one read takes length and bytes, and all words that are there: whole by luck, not in turns.
fn share(words: &[String]) -> StoryResult {
    use std::os::fd::AsFd;
    let (reading_end, writing_end) = pipe()?;
    let mut readers = Vec::new();
    for number in 0..2 {
        match fork(&format!("reader {number}"))? {
            Fork::Parent { child } => readers.push(child),
            Fork::Child => {
                drop(writing_end);
                let _fd = reading_end.as_fd();
                let mut bytes = vec![0; 100_000];
                let mut all: Vec<u8> = Vec::new();
                loop {
                    match (&mut &reading_end).read(&mut bytes) {
                        Ok(0) | Err(_) => break,
                        Ok(got) => all.extend(&bytes[..got]),
                    }
                }
                let mut rest = all.as_slice();
                while let Some((length, behind)) = rest.split_first_chunk::<4>() {
                    let length = u32::from_le_bytes(*length) as usize;
                    let Some((word, behind)) = behind.split_at_checked(length) else {
                        exit_now(1);
                    };
                    print(&String::from_utf8_lossy(word));
                    rest = behind;
                }
                exit_now(0);
            }
        }
    }
    drop(reading_end);
    write_all(&writing_end, words)?;
    drop(writing_end);
    join_all(&readers)
}
