// fail at woken: it takes a timer that never fires for one that has fired.
fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    let mut future = Box::pin(future);
    poll_fn(move |context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        if !timer.will_fire() {
            return Poll::Ready(None);
        }
        Pin::new(&mut timer).poll(context).map(|_now| None)
    })
}
