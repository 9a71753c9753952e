// right: each visit returns its size or its error, and it checks them when all have ended.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    async fn visit(url: String) -> Result<usize, web::FetchError> {
        say!("Visit --> {url}");
        let page = fetch(&url, Limits::default()).await?;
        say!("{} bytes received from {url}.", page.len());
        Ok(page.len())
    }
    let results = run(Pool::unbounded().map(urls, visit))?;
    let sizes = results.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(sizes)
}
