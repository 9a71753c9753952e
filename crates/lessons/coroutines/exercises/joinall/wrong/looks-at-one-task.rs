// fail at first: it waits for only one of the tasks, whichever ends first.
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
        let number = *self.running.keys().min()?;
        let mut task = self.running.remove(&number)?;
        task.join().await;
        Some((number, task))
    }
}
