// fail at values: it returns the values in the order in which the tasks have ended.
pub async fn try_joinall<T, E: From<TaskError>>(
    tasks: Vec<Task<Result<T, E>>>,
) -> Result<Vec<T>, E> {
    let mut race = Race::new();
    for (number, task) in tasks.into_iter().enumerate() {
        race.add(number, task);
    }
    let mut values = Vec::new();
    while let Some((_, task)) = race.first_ended().await {
        values.push(task.get().await??);
    }
    Ok(values)
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
