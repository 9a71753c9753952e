// fail at asks: the join is right, but the race polls.
pub async fn try_joinall<T, E: From<TaskError>>(
    tasks: Vec<Task<Result<T, E>>>,
) -> Result<Vec<T>, E> {
    let mut left: Vec<Option<Task<Result<T, E>>>> = tasks.into_iter().map(Some).collect();
    let mut values: Vec<Option<T>> = left.iter().map(|_| None).collect();
    while left.iter().any(Option::is_some) {
        let first = poll_fn(|cx| {
            let mut best: Option<(u64, usize)> = None;
            for (i, slot) in left.iter_mut().enumerate() {
                if let Some(task) = slot
                    && let Poll::Ready(n) = task.poll_join(cx)
                    && best.is_none_or(|(m, _)| n < m)
                {
                    best = Some((n, i));
                }
            }
            best.map_or(Poll::Pending, |(_, i)| Poll::Ready(i))
        })
        .await;
        if let Some(task) = left[first].take() {
            values[first] = Some(task.get().await??);
        }
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
