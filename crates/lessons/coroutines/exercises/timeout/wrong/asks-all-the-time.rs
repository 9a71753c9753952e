// fail at asks: it wakes itself at each poll.
fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    let mut future = Box::pin(future);
    poll_fn(move |context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        context.waker().wake_by_ref();
        Pin::new(&mut timer).poll(context).map(|_| None)
    })
}
