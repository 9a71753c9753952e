// fail at dropped: a task of another thread waits for the timer, and stays when the wait has long ended.
fn first_of<T>(
    future: impl Future<Output = T>,
    timer: Timer,
) -> impl Future<Output = Option<T>> {
    let (tell, told) = smol::channel::bounded::<()>(1);
    let waits = smol::spawn(async move {
        timer.await;
        let _listens = tell.send(()).await;
    });
    waits.detach();
    smol::future::or(async { Some(future.await) }, async move {
        let _over = told.recv().await;
        None
    })
}
