// fail at together: the fetch does not block, but `block_on` blocks the thread until it is done.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let page = smol::block_on(web::fetch(&url, Limits::default()))?;
    say!("{} bytes received from {url}.", page.len());
    Ok(())
}
