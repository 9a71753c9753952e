// fail at failure: it prints for a page that has not come that 0 bytes were received.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let page = web::fetch(&url, Limits::default()).await;
    let size = page.as_ref().map_or(0, Vec::len);
    say!("{size} bytes received from {url}.");
    page.map(drop)
}
