// deadlock at panic: it returns the error of a task that was killed only when all others have ended.
pub async fn try_joinall<T, E: From<TaskError>>(
    tasks: Vec<Task<Result<T, E>>>,
) -> Result<Vec<T>, E> {
    let mut values: Vec<Option<T>> = tasks.iter().map(|_| None).collect();
    let mut race = Race::new();
    for (number, task) in tasks.into_iter().enumerate() {
        race.add(number, task);
    }
    // That task was ended on purpose, so the others go on.
    let mut killed: Option<TaskError> = None;
    while let Some((number, task)) = race.first_ended().await {
        match task.get().await {
            Ok(Ok(value)) => values[number] = Some(value),
            Ok(Err(error)) => return Err(killed.map_or(error, E::from)),
            Err(error @ TaskError::Killed { .. }) => _ = killed.get_or_insert(error),
            Err(error) => return Err(killed.unwrap_or(error).into()),
        }
    }
    match killed {
        Some(error) => Err(error.into()),
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
