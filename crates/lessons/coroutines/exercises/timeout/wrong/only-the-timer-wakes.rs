// deadlock at woken: it waits only for the timer, and polls the future when the time is over.
fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    let mut future = Box::pin(future);
    async move {
        let no_task = &mut std::task::Context::from_waker(std::task::Waker::noop());
        if let Poll::Ready(value) = future.as_mut().poll(no_task) {
            return Some(value);
        }
        (&mut timer).await;
        match future.as_mut().poll(no_task) {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        }
    }
}
