// fail at slow: it checks again and again, though it lets the other tasks have their turns.
async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let (give, take) = std::sync::mpsc::channel();
    let its = url.clone();
    std::thread::spawn(move || give.send(fetch_blocking(&its, Limits::default())));
    loop {
        if let Ok(page) = take.try_recv() {
            say!("{} bytes received from {url}.", page?.len());
            return Ok(());
        }
        coroutines::yield_now().await;
    }
}
