// fail at failure: a page that cannot be fetched is told, and is no error.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    match web::fetch(&url, Limits::default()).await {
        Ok(page) => say!("{} bytes received from {url}.", page.len()),
        Err(error) => say!("{error}"),
    }
    Ok(())
}
