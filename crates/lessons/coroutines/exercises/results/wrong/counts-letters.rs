// fail at size: it makes a text of the page and counts its letters, but a page may have more bytes than letters.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    async fn visit(url: String) -> Result<usize, web::FetchError> {
        say!("Visit --> {url}");
        let page = fetch(&url, Limits::default()).await?;
        let text = String::from_utf8_lossy(&page);
        let size = text.trim().chars().count();
        say!("{size} bytes received from {url}.");
        Ok(size)
    }
    let results = run(Pool::unbounded().map(urls, visit))?;
    let sizes = results.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(sizes)
}
