// fail at goes-on: a `run` inside the task lets other visits begin, and then waits for them, too.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let page = run(web::fetch(&url, Limits::default()))?;
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
