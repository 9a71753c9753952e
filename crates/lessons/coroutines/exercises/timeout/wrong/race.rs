// fail at end: when both are ready, chance decides which one counts.
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
