// fail at page: it makes a text of the page and counts its letters, but a page may have more bytes than letters.
use web::fetch;

async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let page = fetch(&url, Limits::default()).await?;
    let text = String::from_utf8_lossy(&page);
    say!("{} bytes received from {url}.", text.trim().chars().count());
    Ok(())
}
