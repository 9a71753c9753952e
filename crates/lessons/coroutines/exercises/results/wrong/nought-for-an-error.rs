// fail at failure: it treats an error as a page of 0 bytes.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    let size = async |url: String| {
        say!("Visit --> {url}");
        let page = fetch(&url, Limits::default()).await;
        page.map_or(0, |page| page.len())
    };
    Ok(run(Pool::unbounded().map(urls, size))?)
}
