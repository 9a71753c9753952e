// fail at failure: it returns the sizes of only those pages that were fetched.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    let size = async |url: String| fetch(&url, Limits::default()).await.ok().map(|page| page.len());
    let sizes = run(Pool::unbounded().map(urls, size))?;
    Ok(sizes.into_iter().flatten().collect::<Vec<_>>())
}
