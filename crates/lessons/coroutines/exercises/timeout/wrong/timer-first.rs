// fail at end: it polls the timer first, so a future that is ready at the end does not count.
fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    let mut future = Box::pin(future);
    poll_fn(move |context| {
        if Pin::new(&mut timer).poll(context).is_ready() {
            return Poll::Ready(None);
        }
        future.as_mut().poll(context).map(Some)
    })
}
