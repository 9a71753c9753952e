// fail at page: a page of more than 64 KiB is an error, though a page may have 10 MiB.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let limits = Limits { size_bytes: 64 << 10, ..Limits::default() };
    let page = web::fetch(&url, limits).await?;
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
