// fail at failure: if a page cannot be fetched, it fetches the page a second time.
use web::fetch;

async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let page = match fetch(&url, Limits::default()).await {
        Ok(page) => page,
        Err(_) => fetch(&url, Limits::default()).await?,
    };
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
