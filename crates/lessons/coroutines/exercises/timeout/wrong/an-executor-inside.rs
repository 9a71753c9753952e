// fail at waits: block_on keeps the thread until one of the two is ready.
fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    async move {
        smol::block_on(smol::future::or(async { Some(future.await) }, async {
            (&mut timer).await;
            None
        }))
    }
}
