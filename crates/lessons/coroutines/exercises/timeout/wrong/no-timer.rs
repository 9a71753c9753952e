// deadlock at over: nothing wakes it when the time is over.
fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    async move {
        let _is_never_looked_at = &mut timer;
        Some(future.await)
    }
}
