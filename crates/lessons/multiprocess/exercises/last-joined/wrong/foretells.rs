// fail at killed: it checks how the children should end, and not how they have ended.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut p = vec![];
    for (n, w) in children.iter().enumerate() {
        say!("Process will start");
        match fork("c")? {
            Fork::Parent { child } => p.push(child),
            Fork::Child => w.run(n),
        }
    }
    for c in p {
        wait(c)?;
    }
    if children.iter().all(|w| matches!(w.ends, End::Code(0))) {
        Ok(())
    } else {
        Err("f".into())
    }
}
