// right: the client that waits as tasks do.
use web::fetch;

async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let page = fetch(&url, Limits::default()).await?;
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
