// fail at pages: it follows no redirect, and takes the answer that a page has moved for the page.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let page = web::fetch(&url, Limits { redirects: 0, ..Limits::default() }).await?;
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
