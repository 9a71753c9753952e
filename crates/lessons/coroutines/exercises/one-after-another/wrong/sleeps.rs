// fail at slow: it sleeps until the page should have come.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let (give, take) = std::sync::mpsc::channel();
    let its = url.clone();
    std::thread::spawn(move || give.send(fetch_blocking(&its, Limits::default())));
    smol::Timer::after(Duration::from_millis(1000)).await;
    if let Ok(page) = take.try_recv() {
        say!("{} bytes received from {url}.", page?.len());
    }
    Ok(())
}
