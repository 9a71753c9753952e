// fail at together: it lets all visits begin, and then blocks as before.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    coroutines::yield_now().await;
    let page = fetch_blocking(&url, Limits::default())?;
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
