// fail at slow: it checks a thousand times a second.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let its = url.clone();
    let thread = std::thread::spawn(move || fetch_blocking(&its, Limits::default()));
    while !thread.is_finished() {
        smol::Timer::after(Duration::from_millis(1)).await;
    }
    if let Ok(page) = thread.join() {
        say!("{} bytes received from {url}.", page?.len());
    }
    Ok(())
}
