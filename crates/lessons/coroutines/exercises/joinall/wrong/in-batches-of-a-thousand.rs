// deadlock at at-once: it waits for a thousand tasks, and then for the next thousand.
pub async fn try_joinall<T, E: From<TaskError>>(
    tasks: Vec<Task<Result<T, E>>>,
) -> Result<Vec<T>, E> {
    let mut values: Vec<Option<T>> = tasks.iter().map(|_| None).collect();
    let mut rest = tasks.into_iter().enumerate();
    loop {
        let mut race = Race::new();
        for (number, task) in rest.by_ref().take(1_000) {
            race.add(number, task);
        }
        if race.len() == 0 {
            return Ok(values.into_iter().flatten().collect());
        }
        while let Some((number, task)) = race.first_ended().await {
            values[number] = Some(task.get().await??);
        }
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
