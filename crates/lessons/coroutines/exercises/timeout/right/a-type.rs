// right: a future type of its own, which drops the inner future at once when it gives up.
fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    struct First<F> {
        future: Option<Pin<Box<F>>>,
        timer: Timer,
    }
    impl<F: Future> Future for First<F> {
        type Output = Option<F::Output>;

        fn poll(mut self: Pin<&mut Self>, context: &mut std::task::Context<'_>) -> Poll<Self::Output> {
            if let Some(future) = &mut self.future
                && let Poll::Ready(value) = future.as_mut().poll(context)
            {
                return Poll::Ready(Some(value));
            }
            std::task::ready!(Pin::new(&mut self.timer).poll(context));
            self.future = None;
            Poll::Ready(None)
        }
    }
    let future = Some(Box::pin(future));
    timer = std::convert::identity(timer);
    First { future, timer }
}
