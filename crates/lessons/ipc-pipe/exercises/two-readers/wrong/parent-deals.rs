// fail at words: the parent deals the words out over two pipes, so the children do not take turns.
fn share(words: &[String]) -> StoryResult {
    let (in_1, out_1) = pipe()?;
    let one = match fork("reader 1")? {
        Fork::Child => {
            drop(out_1);
            exit_now(print_all(&in_1))
        }
        Fork::Parent { child } => child,
    };
    drop(in_1);
    let (in_2, out_2) = pipe()?;
    let two = match fork("reader 2")? {
        Fork::Child => {
            drop(out_1);
            drop(out_2);
            exit_now(print_all(&in_2))
        }
        Fork::Parent { child } => child,
    };
    drop(in_2);
    for (number, word) in words.iter().enumerate() {
        let out = if number % 2 == 0 { &out_1 } else { &out_2 };
        write_all(out, std::slice::from_ref(word))?;
    }
    drop(out_1);
    drop(out_2);
    join_all(&[one, two])
}
