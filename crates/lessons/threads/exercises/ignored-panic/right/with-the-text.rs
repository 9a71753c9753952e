// right: in a scope, it returns the text of the panic, whatever the payload is.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let ended = std::thread::scope(|scope| {
        let thread = Builder::new().name(name.to_owned()).spawn_scoped(scope, work)?;
        Ok::<_, std::io::Error>(thread.join())
    })?;
    match ended {
        Ok(()) => Ok(()),
        Err(panic) => {
            let text = match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
                (Some(text), _) => (*text).to_owned(),
                (_, Some(text)) => text.clone(),
                _ => "no text".to_owned(),
            };
            Err(format!("thread {name}: {text}").into())
        }
    }
}
