// deadlock at over: the timer wakes the task that has polled first, even if another one has polled last.
use std::task::{Context, Waker};

fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    let mut future = Box::pin(future);
    let mut first: Option<Waker> = None;
    poll_fn(move |context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        let waker = first.get_or_insert_with(|| context.waker().clone());
        let mut its_context = Context::from_waker(waker);
        Pin::new(&mut timer).poll(&mut its_context).map(|_| None)
    })
}
