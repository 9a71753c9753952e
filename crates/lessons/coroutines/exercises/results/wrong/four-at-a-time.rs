// fail at together: it visits four addresses, and then the next four.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    async fn visit(url: String) -> Result<usize, web::FetchError> {
        say!("Visit --> {url}");
        let page = fetch(&url, Limits::default()).await?;
        Ok(page.len())
    }
    let mut sizes = Vec::new();
    for four in urls.chunks(4) {
        for size in run(Pool::unbounded().map(four.to_vec(), visit))? {
            sizes.push(size?);
        }
    }
    Ok(sizes)
}
