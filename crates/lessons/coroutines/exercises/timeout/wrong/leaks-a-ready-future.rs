// fail at dropped: a future that has become ready is never dropped.
fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    let mut future = Some(Box::pin(future));
    poll_fn(move |context| {
        if let Some(its) = &mut future
            && let Poll::Ready(value) = its.as_mut().poll(context)
        {
            // It must not be polled again.
            std::mem::forget(future.take());
            return Poll::Ready(Some(value));
        }
        Pin::new(&mut timer).poll(context).map(|_now| None)
    })
}
