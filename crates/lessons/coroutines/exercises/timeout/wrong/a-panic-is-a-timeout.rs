// fail at panic: it catches a panic of the future, and gives up.
use std::panic::{AssertUnwindSafe, catch_unwind};

fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    let mut future = Box::pin(future);
    poll_fn(move |context| {
        let its_poll = AssertUnwindSafe(|| future.as_mut().poll(context));
        match catch_unwind(its_poll) {
            Ok(Poll::Ready(value)) => Poll::Ready(Some(value)),
            Ok(Poll::Pending) => Pin::new(&mut timer).poll(context).map(|_now| None),
            Err(_panic) => Poll::Ready(None),
        }
    })
}
