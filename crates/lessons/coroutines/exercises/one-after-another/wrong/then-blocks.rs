// fail at together: it fetches the page without blocking, and then again by a call that blocks.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    web::fetch(&url, Limits::default()).await?;
    let page = fetch_blocking(&url, Limits::default())?;
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
