// deadlock at values: of the tasks that have ended since, it takes the first, and waits to be woken.
pub async fn try_joinall<T, E: From<TaskError>>(
    tasks: Vec<Task<Result<T, E>>>,
) -> Result<Vec<T>, E> {
    let mut values: Vec<Option<T>> = tasks.iter().map(|_| None).collect();
    let mut race = Race::new();
    for (number, task) in tasks.into_iter().enumerate() {
        race.add(number, task);
    }
    while let Some((number, task)) = race.first_ended().await {
        values[number] = Some(task.get().await??);
    }
    Ok(values.into_iter().flatten().collect())
}

impl<T> Race<T> {
    pub(crate) async fn first_ended(&mut self) -> Option<(usize, Task<T>)> {
        if self.len() == 0 {
            return None;
        }
        poll_fn(|context| {
            let called = self.calls.take(context.waker());
            if called.is_empty() {
                return Poll::Pending;
            }
            for number in called {
                self.look_at(number);
            }
            match self.ended.pop_first() {
                Some((_, first)) => Poll::Ready(Some(first)),
                None => Poll::Pending,
            }
        })
        .await
    }
}
