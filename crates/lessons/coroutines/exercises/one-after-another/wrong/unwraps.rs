// fail at failure: if a page cannot be fetched, the task panics, and the visit returns no error.
use web::fetch;

async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let page = fetch(&url, Limits::default()).await.unwrap();
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
