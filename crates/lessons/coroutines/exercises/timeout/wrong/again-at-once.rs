// fail at busy: it polls a future that has woken itself again at once, and never looks at the time.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

struct Again(AtomicBool, Waker);

impl Wake for Again {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
        self.1.wake_by_ref();
    }
}

fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    let mut future = Box::pin(future);
    poll_fn(move |cx| {
        let again = Arc::new(Again(AtomicBool::new(true), cx.waker().clone()));
        let waker = Waker::from(Arc::clone(&again));
        while again.0.swap(false, Ordering::SeqCst) {
            if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Poll::Ready(Some(value));
            }
        }
        Pin::new(&mut timer).poll(cx).map(|_| None)
    })
}
