// fail at empty: 0 stands for an error, so an empty page is an error.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    async fn visit(url: String) -> usize {
        say!("Visit --> {url}");
        match fetch(&url, Limits::default()).await {
            Ok(page) => page.len(),
            Err(error) => {
                say!("{error}");
                0
            }
        }
    }
    let sizes = run(Pool::unbounded().map(urls, visit))?;
    if sizes.contains(&0) {
        return Err("a page could not be fetched".into());
    }
    Ok(sizes)
}
