// fail at together: of many addresses it visits ten at a time.
async fn visit(url: String) -> Result<usize, web::FetchError> {
    say!("Visit --> {url}");
    let page = fetch(&url, Limits::default()).await?;
    say!("{} bytes received from {url}.", page.len());
    Ok(page.len())
}

fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    let pool = Pool::bounded(10)?;
    let results = run(pool.map(urls, visit))?;
    let sizes = results.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(sizes)
}
