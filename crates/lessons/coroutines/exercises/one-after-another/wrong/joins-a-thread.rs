// fail at together: another thread fetches, and this one blocks until it has ended.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let its = url.clone();
    let thread = std::thread::spawn(move || fetch_blocking(&its, Limits::default()));
    let Ok(page) = thread.join() else {
        panic!("the thread panicked")
    };
    say!("{} bytes received from {url}.", page?.len());
    Ok(())
}
