// right: a helper thread makes the call that blocks.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let its = url.clone();
    let page = smol::unblock(move || fetch_blocking(&its, Limits::default())).await;
    page.map(|page| say!("{} bytes received from {url}.", page.len()))
}
