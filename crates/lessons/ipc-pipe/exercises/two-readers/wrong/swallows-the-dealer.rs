// fail at failed-at-end: a third child hands the words out, and its failure is not reported.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let mut children = Vec::new();
    let mut outs = Vec::new();
    for name in ["reader 1", "reader 2"] {
        let (input, out) = pipe()?;
        match fork(name)? {
            Fork::Parent { child } => children.push(child),
            Fork::Child => {
                drop(writing_end);
                drop(reading_end);
                drop(outs);
                drop(out);
                exit_now(print_all(&input));
            }
        }
        outs.push(out);
    }
    let dealer;
    match fork("dealer")? {
        Fork::Parent { child } => dealer = child,
        Fork::Child => {
            drop(writing_end);
            let mut to = outs.iter().cycle();
            let code = loop {
                match frame::read(&reading_end, 2000) {
                    Ok(None) => break 0,
                    Err(_) => break 1,
                    Ok(Some(word)) => {
                        let Some(out) = to.next() else { break 2 };
                        if frame::write(out, &word).is_err() {
                            break 1;
                        }
                    }
                }
            };
            exit_now(code)
        }
    }
    drop(outs);
    drop(reading_end);
    write_all(&writing_end, words)?;
    drop(writing_end);
    let _ = wait(dealer)?;
    join_all(&children)
}
