// fail at dropped: a thread waits for the timer, and stays until the limit when the wait has long ended.
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;

fn first_of<T>(
    future: impl Future<Output = T>,
    timer: Timer,
) -> impl Future<Output = Option<T>> {
    let mut future = Box::pin(future);
    let news: Arc<Mutex<(bool, Option<Waker>)>> = Arc::default();
    let theirs = Arc::clone(&news);
    std::thread::spawn(move || {
        let _now = smol::block_on(timer);
        let mut news = theirs.lock().unwrap_or_else(PoisonError::into_inner);
        news.0 = true;
        let waker = news.1.take();
        drop(news);
        if let Some(waker) = waker {
            waker.wake();
        }
    });
    poll_fn(move |context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        let mut news = news.lock().unwrap_or_else(PoisonError::into_inner);
        if news.0 {
            return Poll::Ready(None);
        }
        news.1 = Some(context.waker().clone());
        Poll::Pending
    })
}
