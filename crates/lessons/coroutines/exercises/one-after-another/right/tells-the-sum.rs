// right: after each page it also prints how many bytes of all pages have come so far.
use std::sync::atomic::{AtomicUsize, Ordering};
static SUM: AtomicUsize = AtomicUsize::new(0);

async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let page = web::fetch(&url, Limits::default()).await?;
    say!("{} bytes received from {url}.", page.len());
    let sum = SUM.fetch_add(page.len(), Ordering::Relaxed) + page.len();
    say!("{sum} bytes received from all pages so far");
    Ok(())
}
