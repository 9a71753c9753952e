// fail at size: it returns the sizes that the notes show.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    async fn visit(url: String) {
        say!("Visit --> {url}");
    }
    run(Pool::unbounded().map(urls, visit))?;
    Ok([52_801, 48_922, 227])
}
