// fail at over: it waits for a second, whatever the limit is.
fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    let _ = &mut timer;
    smol::future::or(async { Some(future.await) }, async {
        Timer::after(Duration::from_secs(1)).await;
        None
    })
}
