// fail at dropped: it leaks the timer, which wakes the task at the limit when the wait has long ended.
fn first_of<T>(
    future: impl Future<Output = T>,
    timer: Timer,
) -> impl Future<Output = Option<T>> {
    let mut future = Box::pin(future);
    let timer: &'static mut Timer = Box::leak(Box::new(timer));
    poll_fn(move |context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        Pin::new(&mut *timer).poll(context).map(|_| None)
    })
}
