// fail at end: it polls both of them three times a second.
fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    let mut future = Box::pin(future);
    async move {
        loop {
            let turn = poll_fn(|context| {
                if let Poll::Ready(value) = future.as_mut().poll(context) {
                    return Poll::Ready(Some(Some(value)));
                }
                let over = Pin::new(&mut timer).poll(context).is_ready();
                Poll::Ready(over.then_some(None))
            });
            if let Some(end) = turn.await {
                return end;
            }
            Timer::after(Duration::from_millis(350)).await;
        }
    }
}
