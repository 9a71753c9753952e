// fail at waits: it sleeps on the thread that all tasks share.
fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    let mut future = Box::pin(future);
    poll_fn(move |context| {
        loop {
            if let Poll::Ready(value) = future.as_mut().poll(context) {
                return Poll::Ready(Some(value));
            }
            if Pin::new(&mut timer).poll(context).is_ready() {
                return Poll::Ready(None);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    })
}
