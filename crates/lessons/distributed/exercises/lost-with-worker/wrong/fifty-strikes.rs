// fail at often: it drops a task that has killed fifty workers.
use std::cell::RefCell;

thread_local! {
    static LOST: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent = None;
    while let Ok(Some(request)) = frame::read(stream, 64) {
        results.extend(decode::<Option<u32>>(&request)?);
        lent = tasks.pop_front();
        if frame::write(stream, &encode(&lent)?).is_err() {
            break;
        }
    }
    if let Some(task) = lent {
        let strikes = LOST.with_borrow_mut(|lost| {
            lost.push(task);
            lost.iter().filter(|&&its| its == task).count()
        });
        if strikes < 50 {
            tasks.push_front(task);
        }
    }
    Ok(())
}
