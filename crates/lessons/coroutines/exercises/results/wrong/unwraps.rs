// fail at failure: it panics, instead of returning an error, if a page cannot be fetched.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    async fn visit(url: String) -> usize {
        say!("Visit --> {url}");
        let page = fetch(&url, Limits::default()).await.unwrap();
        say!("{} bytes received from {url}.", page.len());
        page.len()
    }
    Ok(run(Pool::unbounded().map(urls, visit))?)
}
