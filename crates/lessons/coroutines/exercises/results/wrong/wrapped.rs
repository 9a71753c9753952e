// fail at size: it returns options, and not sizes.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    async fn visit(url: String) -> Option<usize> {
        say!("Visit --> {url}");
        let page = fetch(&url, Limits::default()).await.ok()?;
        say!("{} bytes received from {url}.", page.len());
        Some(page.len())
    }
    Ok(run(Pool::unbounded().map(urls, visit))?)
}
