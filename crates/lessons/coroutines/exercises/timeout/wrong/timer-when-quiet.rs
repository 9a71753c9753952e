// fail at busy: it polls the timer only if the future has not woken itself.
fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::{Context, Wake, Waker};
    struct Flag(AtomicBool, Waker);
    impl Wake for Flag {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Release);
            self.1.wake_by_ref();
        }
    }
    let mut future = Box::pin(future);
    let mut flag: Option<Arc<Flag>> = None;
    poll_fn(move |cx| {
        // Only the one that has called is polled: the future if its flag is set, else the timer.
        let is_new = !flag.as_ref().is_some_and(|f| f.1.will_wake(cx.waker()));
        if is_new {
            flag = Some(Arc::new(Flag(AtomicBool::new(false), cx.waker().clone())));
            if Pin::new(&mut timer).poll(cx).is_ready() {
                let mut now = Context::from_waker(Waker::noop());
                return Poll::Ready(match future.as_mut().poll(&mut now) {
                    Poll::Ready(v) => Some(v),
                    Poll::Pending => None,
                });
            }
        }
        let its = flag.clone().expect("set above");
        if is_new || its.0.swap(false, Ordering::AcqRel) {
            let waker = Waker::from(its);
            return future.as_mut().poll(&mut Context::from_waker(&waker)).map(Some);
        }
        Pin::new(&mut timer).poll(cx).map(|_| None)
    })
}
