// fail at goes-on: all pages are requested at once, but then each visit blocks the thread until its own page has come.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let its = url.clone();
    let fetching = std::thread::spawn(move || fetch_blocking(&its, Limits::default()));
    // The other visits begin, too.
    coroutines::yield_now().await;
    let Ok(page) = fetching.join() else {
        panic!("the thread panicked")
    };
    say!("{} bytes received from {url}.", page?.len());
    Ok(())
}
