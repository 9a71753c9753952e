// fail at goes-on: a `run` inside the task lets the other visits begin, but each waits for those that began later.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let page = run(web::fetch(&url, Limits::default()))?;
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
