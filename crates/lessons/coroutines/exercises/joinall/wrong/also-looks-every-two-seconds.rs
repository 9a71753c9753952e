// fail at asks: it is woken by the tasks, but also looks at all of them every two seconds.
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

const PAUSE: std::time::Duration = std::time::Duration::from_secs(2);

impl<T> Race<T> {
    pub(crate) async fn first_ended(&mut self) -> Option<(usize, Task<T>)> {
        if self.len() == 0 {
            return None;
        }
        let mut again = smol::Timer::after(PAUSE);
        poll_fn(|context| {
            let mut numbers = self.calls.take(context.waker());
            // In case a wake-up was lost.
            while std::pin::Pin::new(&mut again).poll(context).is_ready() {
                numbers.extend(self.running.keys());
                again.set_after(PAUSE);
            }
            for number in numbers {
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
