// right: at an error, it kills the other tasks itself, and waits until they have ended.
pub async fn try_joinall<T, E: From<TaskError>>(
    tasks: Vec<Task<Result<T, E>>>,
) -> Result<Vec<T>, E> {
    let mut values: HashMap<usize, T> = HashMap::new();
    let mut race = Race::new();
    let count = tasks.len();
    for (number, task) in tasks.into_iter().enumerate() {
        race.add(number, task);
    }
    while let Some((number, task)) = race.first_ended().await {
        let error = match task.get().await {
            Ok(Ok(value)) => {
                values.insert(number, value);
                continue;
            }
            Ok(Err(error)) => error,
            Err(error) => error.into(),
        };
        for (_, mut task) in race.running.drain() {
            task.kill().await;
        }
        return Err(error);
    }
    Ok((0..count).filter_map(|number| values.remove(&number)).collect())
}

impl<T> Race<T> {
    pub(crate) async fn first_ended(&mut self) -> Option<(usize, Task<T>)> {
        while self.ended.is_empty() {
            if self.running.is_empty() {
                return None;
            }
            let mut has_slept = false;
            poll_fn(|context| {
                let called = self.calls.take(context.waker());
                if called.is_empty() && !has_slept {
                    has_slept = true;
                    return Poll::Pending;
                }
                for number in called {
                    self.look_at(number);
                }
                Poll::Ready(())
            })
            .await;
        }
        self.ended.pop_first().map(|(_, first)| first)
    }
}
