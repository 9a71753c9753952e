// fail at size: it returns each size modulo 65,536.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    async fn visit(url: String) -> Result<u16, web::FetchError> {
        say!("Visit --> {url}");
        let page = fetch(&url, Limits::default()).await?;
        say!("{} bytes received from {url}.", page.len());
        Ok(page.len() as u16)
    }
    let results = run(Pool::unbounded().map(urls, visit))?;
    let sizes = results.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(sizes)
}
