// fail at failure: it prints that a page cannot be fetched, but returns no error.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    match web::fetch(&url, Limits::default()).await {
        Ok(page) => say!("{} bytes received from {url}.", page.len()),
        Err(error) => say!("{error}"),
    }
    Ok(())
}
