// fail at failure: a page that cannot be fetched is a panic, and no error.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    async fn visit(url: String) -> usize {
        say!("Visit --> {url}");
        let page = fetch(&url, Limits::default()).await.unwrap();
        say!("{} bytes received from {url}.", page.len());
        page.len()
    }
    Ok(run(Pool::unbounded().map(urls, visit))?)
}
