// fail at together: it waits as tasks do, and then fetches the page again, and blocks.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    web::fetch(&url, Limits::default()).await?;
    let page = fetch_blocking(&url, Limits::default())?;
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
