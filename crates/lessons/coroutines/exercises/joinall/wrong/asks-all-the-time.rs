// fail at asks: it looks at all tasks in each of its turns, and yields in between.
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
        while self.len() > 0 {
            let numbers: Vec<usize> = self.running.keys().copied().collect();
            for number in numbers {
                self.look_at(number);
            }
            if let Some((_, first)) = self.ended.pop_first() {
                return Some(first);
            }
            crate::yield_now().await;
        }
        None
    }
}
