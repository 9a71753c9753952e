// fail at together: each visit ends before the next one begins.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    run(async {
        let mut sizes = Vec::new();
        for url in urls {
            say!("Visit --> {url}");
            let page = fetch(&url, Limits::default()).await?;
            sizes.push(page.len());
        }
        Ok(sizes)
    })
}
