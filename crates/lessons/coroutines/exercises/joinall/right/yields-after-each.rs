// right: after each value it lets the other tasks have a turn.
pub async fn try_joinall<T, E: From<TaskError>>(
    tasks: Vec<Task<Result<T, E>>>,
) -> Result<Vec<T>, E> {
    let mut race = Race::new();
    let mut values = Vec::new();
    for (number, task) in tasks.into_iter().enumerate() {
        values.push(None);
        race.add(number, task);
    }
    while let Some((number, task)) = race.first_ended().await {
        values[number] = Some(task.get().await??);
        crate::yield_now().await;
    }
    Ok(values.into_iter().flatten().collect())
}

impl<T> Race<T> {
    pub(crate) async fn first_ended(&mut self) -> Option<(usize, Task<T>)> {
        if self.running.is_empty() && self.ended.is_empty() {
            return None;
        }
        poll_fn(|context| {
            let called = self.calls.take(context.waker());
            called.into_iter().for_each(|number| self.look_at(number));
            match self.ended.first_entry() {
                Some(first) => Poll::Ready(Some(first.remove())),
                None => Poll::Pending,
            }
        })
        .await
    }
}
