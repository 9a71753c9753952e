// fail at waits: if the future is not ready at once, it blocks the thread for 20 ms.
fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    let mut future = Box::pin(future);
    let mut is_first = true;
    poll_fn(move |context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        if std::mem::take(&mut is_first) {
            // Most values come soon.
            std::thread::sleep(Duration::from_millis(20));
            if let Poll::Ready(value) = future.as_mut().poll(context) {
                return Poll::Ready(Some(value));
            }
        }
        Pin::new(&mut timer).poll(context).map(|_now| None)
    })
}
