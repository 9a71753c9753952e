// right: it uses the client that waits without blocking.
use web::fetch;

async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let page = fetch(&url, Limits::default()).await?;
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
