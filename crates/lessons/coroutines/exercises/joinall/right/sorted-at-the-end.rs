// right: it sorts the values by number at the end; each poll of the race looks at all tasks.
pub async fn try_joinall<T, E: From<TaskError>>(
    tasks: Vec<Task<Result<T, E>>>,
) -> Result<Vec<T>, E> {
    let (mut race, count) = (Race::new(), tasks.len());
    for (number, task) in (0..count).zip(tasks) {
        race.add(number, task);
    }
    let mut values = std::collections::BTreeMap::new();
    for _ in 0..count {
        let Some((number, task)) = race.first_ended().await else {
            break;
        };
        values.insert(number, task.get().await??);
    }
    Ok(values.into_values().collect())
}

impl<T> Race<T> {
    pub(crate) async fn first_ended(&mut self) -> Option<(usize, Task<T>)> {
        poll_fn(|context| {
            if self.len() == 0 {
                return Poll::Ready(None);
            }
            let _numbers = self.calls.take(context.waker());
            let all: Vec<usize> = self.running.keys().copied().collect();
            for number in all {
                self.look_at(number);
            }
            let (_, first) = match self.ended.pop_first() {
                Some(first) => first,
                None => return Poll::Pending,
            };
            Poll::Ready(Some(first))
        })
        .await
    }
}
