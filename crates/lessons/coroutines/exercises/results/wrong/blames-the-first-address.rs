// fail at failure: whichever page cannot be fetched, the error names the first address.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    async fn visit(url: String) -> Option<usize> {
        say!("Visit --> {url}");
        let page = fetch(&url, Limits::default()).await.ok()?;
        say!("{} bytes received from {url}.", page.len());
        Some(page.len())
    }
    let first = urls.first().cloned().unwrap_or_default();
    let sizes = run(Pool::unbounded().map(urls, visit))?;
    let sizes: Option<Vec<usize>> = sizes.into_iter().collect();
    sizes.ok_or_else(|| format!("cannot fetch {first}").into())
}
