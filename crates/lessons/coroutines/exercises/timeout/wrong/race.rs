// fail at end: which of the two counts when both are ready is left to chance.
use smol::future::race;

fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    race(async { Some(future.await) }, async move {
        (&mut timer).await;
        None
    })
}
