use super::*;

const QUEUE: Queue = Queue {
    number: 1,
    run: 1,
    first: TaskId(0),
};

fn lent(number: u64) -> (TaskId, u32, Call) {
    let call = Call {
        kind: "square".to_owned(),
        body: Vec::new(),
    };
    (TaskId(number), 1, call)
}

#[test]
fn no_task_begins_before_its_beginning_was_sent() {
    let mut tasks = Tasks::default();
    let _to_send = tasks.begin(QUEUE, 9);
    for number in 0..4 {
        let (id, attempt, call) = lent(number);
        assert!(tasks.lend(id, attempt, call).is_none());
    }
    let begin = |tasks: &mut Tasks| tasks.start(2).map(|task| task.id);
    // It is not known yet how long a task takes, so the first one begins alone.
    let first = tasks.start(2).unwrap();
    assert_eq!(first.id, TaskId(0));
    assert_eq!(tasks.take_due(false).len(), 1);
    assert_eq!(begin(&mut tasks), None, "another thread has not sent it");
    assert_eq!(tasks.is_sent(), 0, "none waits");
    tasks.end(&first, Ok(Vec::new()));
    // Two beginnings (one thread's share of the three that are left), and the end.
    assert_eq!(begin(&mut tasks), Some(TaskId(1)));
    assert_eq!(tasks.take_due(false).len(), 3);
    tasks.idle = 1;
    assert_eq!(begin(&mut tasks), None, "it was said with the one before");
    assert_eq!(tasks.is_sent(), 1);
    assert_eq!(begin(&mut tasks), Some(TaskId(2)));
    assert!(tasks.take_due(false).is_empty(), "it was said before");
    assert_eq!(begin(&mut tasks), Some(TaskId(3)));
}

#[test]
fn a_quick_task_that_runs_for_a_moment_gives_no_other_back() {
    let mut tasks = Tasks::default();
    let lend = |tasks: &mut Tasks, number| {
        let (id, attempt, call) = lent(number);
        assert!(tasks.lend(id, attempt, call).is_none());
    };
    let mean = Duration::from_micros(1);
    tasks.mean = Some(mean);
    let wanted = tasks.wanted(1, None);
    let _to_send = tasks.begin(QUEUE, wanted);
    (0..9).for_each(|number| lend(&mut tasks, number));
    let mut task = tasks.start(1).unwrap();
    let begun = Instant::now().checked_sub(AHEAD / 4).unwrap();
    tasks.running.insert(task.id, (1, begun));
    let adjusted = tasks.adjust(1, None);
    if begun.elapsed() >= AHEAD {
        return; // This thread had no processor for that long.
    }
    assert!(adjusted.is_empty());
    // The task itself took that long, and has ended.
    task.begun = Instant::now().checked_sub(AHEAD / 2).unwrap();
    tasks.running.insert(task.id, (1, task.begun));
    tasks.end(&task, Ok(Vec::new()));
    assert!(tasks.adjust(1, None).is_empty());
    let Begun { id, .. } = tasks.start(1).unwrap();
    // The tasks after this one would wait for long.
    let begun = Instant::now().checked_sub(AHEAD).unwrap();
    tasks.running.insert(id, (1, begun));
    assert_eq!(tasks.wanted(1, None), 2);
    // The new number of tasks, and six of the seven that wait.
    assert_eq!(tasks.adjust(1, None).len(), 1 + 6);
}

#[test]
fn the_ends_of_many_quick_tasks_are_reported_before_the_last_of_them_is_done() {
    let mean = Some(Duration::from_nanos(1));
    let mut tasks = Tasks {
        mean,
        ..Tasks::default()
    };
    let _to_send = tasks.begin(QUEUE, 9999);
    for number in 0..1000 {
        let (id, attempt, call) = lent(number);
        assert!(tasks.lend(id, attempt, call).is_none());
    }
    let mut sent = Vec::new();
    while let Some(task) = tasks.start(1) {
        let due = tasks.take_due(false);
        if !due.is_empty() {
            sent.push(due.len());
            tasks.is_sent();
        }
        tasks.end(&task, Ok(Vec::new()));
    }
    // First all beginnings, then ends, in smaller groups if this thread had no processor for a while.
    assert_eq!(sent[0], 1000);
    let left = tasks.take_due(true).len();
    assert_eq!(sent[1..].iter().sum::<usize>() + left, 1000);
    assert!(sent[1..].iter().all(|&ends| ends <= MOST_UNSENT) && left <= MOST_UNSENT);
}

#[test]
fn a_task_that_is_lent_again_is_reported_under_its_new_lease() {
    let (mut tasks, id) = (Tasks::default(), TaskId(0));
    let _to_send = tasks.begin(QUEUE, 9);
    let (_, _, call) = lent(0);
    assert_eq!(tasks.lend(id, 1, call.clone()), None);
    let task = tasks.start(1).unwrap();
    let _sent = (tasks.take_due(false), tasks.is_sent());
    // The line is cut, and the task goes on.
    let _to_send = tasks.begin(QUEUE, 9);
    let begun = ToScheduler::Started { id, attempt: 2 };
    assert_eq!(tasks.lend(id, 2, call.clone()), Some(begun));
    tasks.end(&task, Err("no".to_owned()));
    let failed = |attempt| {
        let message = "no".to_owned();
        ToScheduler::Failed {
            id,
            attempt,
            message,
        }
    };
    assert_eq!(tasks.ended[&id], failed(2));
    assert_eq!(tasks.lend(id, 3, call), Some(failed(3)));
}

#[test]
fn a_worker_that_ends_begins_nothing_and_gives_all_back() {
    let mut tasks = Tasks::default();
    let _to_send = tasks.begin(QUEUE, 9);
    let lend = |tasks: &mut Tasks, number| {
        let (id, attempt, call) = lent(number);
        assert_eq!(tasks.lend(id, attempt, call), None);
    };
    lend(&mut tasks, 0);
    assert!(tasks.start(1).is_some());
    let _sent = (tasks.take_due(false), tasks.is_sent());
    assert_eq!(tasks.ask_for_no_more().len(), 1);
    assert!(tasks.ask_for_no_more().is_empty());
    // Lent before the scheduler received that no more are wanted.
    lend(&mut tasks, 1);
    assert!(tasks.start(1).is_none());
    assert_eq!(tasks.ask_for_no_more().len(), 2);
    lend(&mut tasks, 2);
    assert_eq!(tasks.give_up().len(), 2, "what runs, and what waits");
    assert_eq!(tasks.unrecorded() + tasks.waiting.len(), 0);
}

/// The scheduler was restarted with another database, or keeps its tasks only in memory.
#[test]
fn a_task_of_another_queue_is_neither_reported_nor_confused_with_its_namesake() {
    let mut tasks = Tasks::default();
    let _to_send = tasks.begin(QUEUE, 9);
    let lend = |tasks: &mut Tasks, number| {
        let (id, attempt, call) = lent(number);
        assert_eq!(
            tasks.lend(id, attempt, call),
            None,
            "{number} is another task"
        );
    };
    (0..2).for_each(|number| lend(&mut tasks, number));
    let begin = |tasks: &mut Tasks| {
        let task = tasks.start(2).unwrap();
        let _sent = (tasks.take_due(false), tasks.is_sent());
        task
    };
    let [done, runs] = [0, 1].map(|_| begin(&mut tasks));
    tasks.end(&done, Ok(vec![1]));
    let to_send = tasks.begin(QUEUE, 9).len();
    assert_eq!(to_send, 3, "its result, what runs, and the credit");
    assert_eq!(
        tasks.begin(Queue { number: 2, ..QUEUE }, 9).len(),
        1,
        "the credit alone"
    );
    (0..2).for_each(|number| lend(&mut tasks, number));
    let ours = [0, 1].map(|_| begin(&mut tasks));
    tasks.end(&runs, Ok(vec![2]));
    assert_eq!((tasks.running.len(), tasks.ended.len()), (2, 0));
    ours.iter().for_each(|task| tasks.end(task, Ok(vec![3])));
    assert_eq!(tasks.ended.len(), 2);
}

/// The database was replaced by an older copy, and tasks that came after it get the same numbers again.
#[test]
fn a_task_that_the_queue_did_not_have_at_its_start_is_dropped_and_older_ones_are_kept() {
    let mut tasks = Tasks::default();
    let _to_send = tasks.begin(QUEUE, 9);
    let lend = |tasks: &mut Tasks, number| {
        let (id, attempt, call) = lent(number);
        tasks.lend(id, attempt, call)
    };
    let begin = |tasks: &mut Tasks| {
        let task = tasks.start(4).unwrap();
        let _sent = (tasks.take_due(false), tasks.is_sent());
        task
    };
    (0..4).for_each(|number| assert_eq!(lend(&mut tasks, number), None));
    let [old_end, old, new_end, new] = [(); 4].map(|()| begin(&mut tasks));
    for task in [old_end, new_end] {
        tasks.end(&task, Ok(vec![1]));
    }
    let first = TaskId(2);
    let restored = Queue {
        run: 2,
        first,
        ..QUEUE
    };
    for _ in 0..2 {
        let to_send = tasks.begin(restored, 9).len();
        assert_eq!(to_send, 3, "the older ones, and the credit");
    }
    assert_eq!(lend(&mut tasks, 3), None, "it is another task");
    let namesake = begin(&mut tasks);
    tasks.end(&new, Ok(vec![2]));
    assert_eq!((tasks.running.len(), tasks.ended.len()), (2, 1));
    for task in [old, namesake] {
        tasks.end(&task, Ok(vec![3]));
    }
    assert_eq!(tasks.ended.len(), 3);
}
