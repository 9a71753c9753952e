// fail at asks: it is woken by both, but also wakes itself every two seconds to look.
fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    let pause = Duration::from_secs(2);
    let mut future = Box::pin(future);
    let mut again = Timer::after(pause);
    poll_fn(move |context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        // In case a wake-up is lost.
        while Pin::new(&mut again).poll(context).is_ready() {
            again.set_after(pause);
        }
        Pin::new(&mut timer).poll(context).map(|_now| None)
    })
}
