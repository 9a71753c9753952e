// fail at together: before its request each visit sleeps on the thread that all of them share.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    // Not all requests in the same moment.
    std::thread::sleep(Duration::from_millis(20));
    let page = web::fetch(&url, Limits::default()).await?;
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
