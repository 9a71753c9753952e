// fail at asks: it looks at all tasks a few times a second.
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
        loop {
            if self.len() == 0 {
                return None;
            }
            let numbers: Vec<usize> = self.running.keys().copied().collect();
            numbers.into_iter().for_each(|number| self.look_at(number));
            if let Some((_, first)) = self.ended.pop_first() {
                return Some(first);
            }
            smol::Timer::after(std::time::Duration::from_millis(200)).await;
        }
    }
}
