// deadlock at asks: the race takes one of the tasks that have ended, and waits to be woken.
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
        if self.len() == 0 {
            return None;
        }
        poll_fn(|context| {
            let called = self.calls.take(context.waker());
            if called.is_empty() {
                return Poll::Pending;
            }
            for number in called {
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
