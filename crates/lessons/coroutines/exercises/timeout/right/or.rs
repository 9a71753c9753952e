// right: it uses smol's `or`, which prefers the first of two futures.
use smol::future::or;

fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    or(async { Some(future.await) }, async move {
        (&mut timer).await;
        None
    })
}
