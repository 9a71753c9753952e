// fail at together: after the visits, it fetches each page again for its size, one after the other.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    async fn visit(url: String) {
        say!("Visit --> {url}");
        match fetch(&url, Limits::default()).await {
            Ok(page) => say!("{} bytes received from {url}.", page.len()),
            Err(error) => say!("{error}"),
        }
    }
    run(Pool::unbounded().map(urls.clone(), visit))?;
    run(async {
        let mut sizes = Vec::new();
        for url in urls {
            sizes.push(fetch(&url, Limits::default()).await?.len());
        }
        Ok(sizes)
    })
}
