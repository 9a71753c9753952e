// fail at failure: a page that cannot be fetched is a panic of the task, and no error that the visit returns.
use web::fetch;

async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let page = fetch(&url, Limits::default()).await.unwrap();
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
