// fail at failure: if no connection can be made, the page counts as 0 bytes.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    async fn visit(url: String) -> Result<usize, web::GetError> {
        say!("Visit --> {url}");
        match web::get(&url, Limits::default()).await {
            Ok(page) => Ok(page.len()),
            Err(error) if matches!(error.failure, web::GetFailure::Io(_)) => {
                say!("{error}");
                Ok(0)
            }
            Err(error) => Err(error),
        }
    }
    let results = run(Pool::unbounded().map(urls, visit))?;
    let sizes = results.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(sizes)
}
