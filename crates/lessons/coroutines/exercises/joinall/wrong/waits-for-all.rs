// deadlock at at-once: it keeps the first error, and waits for all tasks before it returns it.
pub async fn try_joinall<T, E: From<TaskError>>(
    tasks: Vec<Task<Result<T, E>>>,
) -> Result<Vec<T>, E> {
    let mut values: Vec<Option<T>> = tasks.iter().map(|_| None).collect();
    let mut race = Race::new();
    for (number, task) in tasks.into_iter().enumerate() {
        race.add(number, task);
    }
    let mut first = None;
    while let Some((number, task)) = race.first_ended().await {
        match task.get().await {
            Ok(Ok(value)) => values[number] = Some(value),
            Ok(Err(error)) => _ = first.get_or_insert(error),
            Err(error) => _ = first.get_or_insert(error.into()),
        }
    }
    match first {
        Some(error) => Err(error),
        None => Ok(values.into_iter().flatten().collect()),
    }
}

impl<T> Race<T> {
    pub(crate) async fn first_ended(&mut self) -> Option<(usize, Task<T>)> {
        if self.len() == 0 {
            return None;
        }
        poll_fn(|context| {
            for number in self.calls.take(context.waker()) {
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
