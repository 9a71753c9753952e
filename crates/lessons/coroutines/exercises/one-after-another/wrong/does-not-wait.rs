// fail at page: the visit ends before its page has come.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    std::thread::spawn(move || {
        if let Ok(page) = fetch_blocking(&url, Limits::default()) {
            say!("{} bytes received from {url}.", page.len());
        }
    });
    Ok(())
}
