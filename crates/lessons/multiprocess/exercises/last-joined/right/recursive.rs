// right: each call starts one child, starts the rest by a recursive call, and then waits.
fn from(number: usize, children: &[Work]) -> Result<u32, Box<dyn std::error::Error>> {
    let Some((first, rest)) = children.split_first() else {
        return Ok(0);
    };
    say!("Process will start");
    let child = match fork(&number.to_string())? {
        Fork::Parent { child } => child,
        Fork::Child => first.run(number),
    };
    let of_rest = from(number + 1, rest);
    let exit = wait(child)?;
    Ok(of_rest? + u32::from(exit != multiprocess::Exit::Code(0)))
}

fn start_and_join(children: &[Work]) -> StoryResult {
    match from(0, children)? {
        0 => Ok(()),
        failed => Err(format!("{failed} children have failed").into()),
    }
}
