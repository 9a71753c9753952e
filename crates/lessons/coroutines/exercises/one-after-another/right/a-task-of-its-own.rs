// right: a thread of its own blocks, and sends the page through a channel.
use smol::channel;

async fn visit(url: String) -> Result<(), FetchError> {
    say!("Visit --> {url}");
    let (give, take) = channel::bounded(1);
    let its = url.clone();
    std::thread::spawn(move || {
        let page = fetch_blocking(&its, Limits::default());
        let _listens = give.send_blocking(page);
    });
    let Ok(page) = take.recv().await else {
        unreachable!("the thread sends")
    };
    let bytes = page?.len();
    say!("{bytes} bytes received from {url}.");
    Ok(())
}
