// fail at asks: a thread checks a hundred times a second whether the time is over, or the wait.
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Waker};

#[derive(Default)]
struct News {
    is_over: bool,
    waker: Option<Waker>,
}

fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    let mut future = Box::pin(future);
    let news: Arc<Mutex<News>> = Arc::default();
    let theirs = Arc::downgrade(&news);
    std::thread::spawn(move || asks(&mut timer, &theirs));
    poll_fn(move |context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        let mut news = news.lock().unwrap_or_else(PoisonError::into_inner);
        if news.is_over {
            return Poll::Ready(None);
        }
        news.waker = Some(context.waker().clone());
        Poll::Pending
    })
}

fn asks(timer: &mut Timer, theirs: &Weak<Mutex<News>>) {
    while let Some(news) = theirs.upgrade() {
        let mut no_task = Context::from_waker(Waker::noop());
        if Pin::new(&mut *timer).poll(&mut no_task).is_ready() {
            let mut news = news.lock().unwrap_or_else(PoisonError::into_inner);
            news.is_over = true;
            if let Some(waker) = news.waker.take() {
                waker.wake();
            }
            return;
        }
        drop(news);
        std::thread::sleep(Duration::from_millis(10));
    }
}
