//! The promises of a queue. Each test runs in a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use ipc_queue::{GetError, JoinError, MarkError, PutError, Receiver, Sender, bounded, unbounded};
use ipc_shared::AtomicValue;
use multiprocess::Process;
use nix::sys::signal::{Signal, raise};

lesson_test::forking_tests![
    q01_items_come_out_in_the_order_they_went_in,
    q02_len_reports_the_number_of_items,
    q03_a_full_queue_returns_the_item_at_once,
    q04_putting_into_a_full_queue_ends_in_time,
    q05_getting_from_an_empty_queue_ends_in_time,
    q06_a_blocked_reader_gets_exactly_the_item,
    q07_a_blocked_writer_goes_on_when_there_is_room,
    q08_three_writers_lose_nothing_and_keep_their_order,
    q09_each_item_goes_to_exactly_one_of_four_readers,
    q10_items_put_before_and_after_a_fork_come_in_order,
    q11_items_of_an_ended_child_are_there,
    q12_an_end_that_this_process_gave_away_is_refused_at_once,
    q12_a_wait_for_the_items_of_an_end_that_was_given_away_is_refused,
    q13_the_reader_ends_by_itself_when_every_writer_has_ended,
    q14_putting_without_a_reader_is_an_error_with_the_item,
    q15_a_queue_is_done_only_after_the_tenth_mark,
    q15_waiting_for_marks_that_never_come_ends,
    q16_a_mark_too_many_is_an_error,
    q17_an_item_of_a_mebibyte_comes_back_equal,
    x04_a_capacity_of_0_is_an_error,
];

const LIMIT: Duration = Duration::from_secs(8);

/// Row Q01.
fn q01_items_come_out_in_the_order_they_went_in() {
    let (sender, receiver) = unbounded().unwrap();
    for item in [111, 333, 222] {
        sender.put(item).unwrap();
    }
    assert_eq!([0; 3].map(|_| receiver.get().unwrap()), [111, 333, 222]);
}

/// Row Q02.
fn q02_len_reports_the_number_of_items() {
    let (sender, receiver) = unbounded().unwrap();
    let see = |sender: &Sender<u8>| (sender.len(), sender.is_empty(), sender.is_full());
    assert_eq!(see(&sender), (0, true, false));
    sender.put(1).unwrap();
    assert_eq!(see(&sender), (1, false, false));
    sender.put(2).unwrap();
    assert_eq!((receiver.len(), receiver.is_empty()), (2, false));
    receiver.get().unwrap();
    receiver.get().unwrap();
    assert_eq!(see(&sender), (0, true, false));
    let (sender, _receiver) = bounded(1).unwrap();
    sender.put(1).unwrap();
    assert_eq!(see(&sender), (1, false, true));
}

fn full() -> (Sender<u32>, Receiver<u32>) {
    let (sender, receiver) = bounded(6).unwrap();
    (0..6).for_each(|item| sender.put(item).unwrap());
    (sender, receiver)
}

/// Row Q03.
fn q03_a_full_queue_returns_the_item_at_once() {
    let (sender, receiver) = full();
    let asked = Instant::now();
    assert!(matches!(sender.try_put(7), Err(PutError::Full(7))));
    assert!(asked.elapsed() < LIMIT);
    drop(sender);
    assert!(receiver.iter().map(Result::unwrap).eq(0..6));
}

/// Row Q04.
fn q04_putting_into_a_full_queue_ends_in_time() {
    let (sender, _receiver) = full();
    let (asked, limit) = (Instant::now(), Duration::from_millis(200));
    assert!(matches!(
        sender.put_timeout(7, limit),
        Err(PutError::Full(7))
    ));
    assert!((limit..limit + LIMIT).contains(&asked.elapsed()));
}

/// Row Q05.
fn q05_getting_from_an_empty_queue_ends_in_time() {
    let (_sender, receiver) = unbounded::<u8>().unwrap();
    assert!(matches!(receiver.try_get(), Err(GetError::Empty)));
    let (asked, limit) = (Instant::now(), Duration::from_millis(200));
    assert!(matches!(receiver.get_timeout(limit), Err(GetError::Empty)));
    assert!((limit..limit + LIMIT).contains(&asked.elapsed()));
}

/// Row Q06.
fn q06_a_blocked_reader_gets_exactly_the_item() {
    let (sender, receiver) = unbounded::<String>().unwrap();
    let mut reader = Process::start("reader", move || receiver.get()).unwrap();
    assert_eq!(
        reader.wait_timeout(Duration::from_millis(100)).unwrap(),
        None
    );
    sender.put("it".to_owned()).unwrap();
    reader
        .wait_timeout(LIMIT)
        .unwrap()
        .expect("the reader goes on");
    assert_eq!(reader.join().unwrap(), "it");
}

/// Row Q07.
fn q07_a_blocked_writer_goes_on_when_there_is_room() {
    let (sender, receiver) = full();
    let mut writer = Process::start("writer", move || sender.put(6)).unwrap();
    assert_eq!(
        writer.wait_timeout(Duration::from_millis(100)).unwrap(),
        None
    );
    assert_eq!(receiver.get().unwrap(), 0);
    writer
        .wait_timeout(LIMIT)
        .unwrap()
        .expect("the writer goes on");
    writer.join().unwrap();
    assert!(receiver.iter().map(Result::unwrap).eq(1..7));
}

/// Row Q08.
fn q08_three_writers_lose_nothing_and_keep_their_order() {
    let (sender, receiver) = unbounded::<(u8, u32)>().unwrap();
    let writers = [0, 1, 2].map(|writer| {
        let sender = sender.try_clone().unwrap();
        let put = move || (0..1000).for_each(|item| sender.put((writer, item)).unwrap());
        Process::start("writer", put).unwrap()
    });
    drop(sender);
    let mut next = [0; 3];
    for item in receiver.iter() {
        let (writer, item) = item.unwrap();
        assert_eq!(item, next[usize::from(writer)]);
        next[usize::from(writer)] += 1;
    }
    assert_eq!(next, [1000; 3]);
    writers
        .into_iter()
        .for_each(|writer| writer.join().unwrap());
}

/// Row Q09.
fn q09_each_item_goes_to_exactly_one_of_four_readers() {
    let (sender, receiver) = bounded::<u32>(10).unwrap();
    let readers = [0; 4].map(|_| {
        let receiver = receiver.try_clone().unwrap();
        let get = move || receiver.iter().map(Result::unwrap).collect::<Vec<u32>>();
        Process::start("reader", get).unwrap()
    });
    drop(receiver);
    (0..1000).for_each(|item| sender.put(item).unwrap());
    drop(sender);
    let mut all: Vec<u32> = readers.map(|reader| reader.join().unwrap()).concat();
    all.sort_unstable();
    assert_eq!(all, (0..1000).collect::<Vec<u32>>());
}

/// Row Q10.
fn q10_items_put_before_and_after_a_fork_come_in_order() {
    let (sender, receiver) = unbounded().unwrap();
    (0..10).for_each(|item| sender.put(item).unwrap());
    let childs = sender.try_clone().unwrap();
    let put = move || (10..20).for_each(|item| childs.put(item).unwrap());
    Process::start("child", put).unwrap().join().unwrap();
    assert!((0..20).eq((0..20).map(|_| receiver.get().unwrap())));
    assert!(matches!(receiver.try_get(), Err(GetError::Empty)));
}

/// Row Q11.
fn q11_items_of_an_ended_child_are_there() {
    let (sender, receiver) = unbounded::<u32>().unwrap();
    let put = move || (0..10).for_each(|item| sender.put(item).unwrap());
    Process::start("child", put).unwrap().join().unwrap();
    assert!(receiver.iter().map(Result::unwrap).eq(0..10));
}

/// Row Q12. An end that was dropped does not compile (see the documentation of the crate); one that
/// another process has can still be found in an `Rc`. A waiting getter must not delay the answer.
fn q12_an_end_that_this_process_gave_away_is_refused_at_once() {
    let (sender, receiver) = unbounded::<u8>().unwrap();
    let waits = receiver.try_clone().unwrap();
    let mut waiting = Process::start("waiting", move || waits.get()).unwrap();
    assert_eq!(
        waiting.wait_timeout(Duration::from_millis(50)).unwrap(),
        None
    );
    let kept = Rc::new((sender, receiver));
    let childs = Rc::clone(&kept);
    let child = Process::start("child", move || {
        let put = matches!(childs.0.put(7), Err(PutError::NotHeld(7)));
        (put, matches!(childs.1.get(), Err(GetError::NotHeld)))
    });
    let asked = Instant::now();
    assert_eq!(child.unwrap().join().unwrap(), (true, true));
    assert!(asked.elapsed() < LIMIT);
    drop(kept);
}

/// Row Q12. So is a wait until all is done, in a process that cannot know when no process is left to do it.
fn q12_a_wait_for_the_items_of_an_end_that_was_given_away_is_refused() {
    let (sender, receiver) = unbounded::<u8>().unwrap();
    sender.put(1).unwrap();
    let sender = Rc::new(sender);
    let childs = Rc::clone(&sender);
    let waits = move || childs.join_timeout(Duration::MAX) == Err(JoinError::NotHeld);
    let child = Process::start("child", waits).unwrap();
    drop(receiver);
    assert!(child.join().unwrap());
}

/// Row Q13.
fn q13_the_reader_ends_by_itself_when_every_writer_has_ended() {
    let (sender, receiver) = unbounded::<u32>().unwrap();
    let writers = [0; 2].map(|_| {
        let sender = sender.try_clone().unwrap();
        Process::start("writer", move || sender.put(1).unwrap()).unwrap()
    });
    drop(sender);
    let count = move || receiver.iter().count() as u64;
    let mut reader = Process::start("reader", count).unwrap();
    reader
        .wait_timeout(LIMIT)
        .unwrap()
        .expect("the reader ends");
    assert_eq!(reader.join().unwrap(), 2);
    writers
        .into_iter()
        .for_each(|writer| writer.join().unwrap());
}

/// Row Q14.
fn q14_putting_without_a_reader_is_an_error_with_the_item() {
    let (sender, receiver) = unbounded().unwrap();
    let other = receiver.try_clone().unwrap();
    sender.put(1).unwrap();
    drop(receiver);
    sender.put(2).unwrap();
    drop(other);
    assert!(matches!(sender.put(3), Err(PutError::Disconnected(3))));
    assert!(matches!(sender.try_put(4), Err(PutError::Disconnected(4))));
}

/// Row Q15.
fn q15_a_queue_is_done_only_after_the_tenth_mark() {
    let (sender, receiver) = unbounded::<u32>().unwrap();
    let marked = AtomicValue::new(AtomicU32::new(0)).unwrap();
    let workers = [0; 4].map(|_| {
        let (receiver, marked) = (receiver.try_clone().unwrap(), marked.clone());
        let work = move || {
            for item in receiver.iter() {
                item.unwrap();
                std::thread::sleep(Duration::from_millis(5));
                marked.fetch_add(1, Ordering::Relaxed);
                receiver.task_done().unwrap();
            }
        };
        Process::start("worker", work).unwrap()
    });
    for batch in 1..=2 {
        (0..10).for_each(|item| sender.put(item).unwrap());
        sender.join_timeout(LIMIT).unwrap();
        assert_eq!(marked.load(Ordering::Relaxed), 10 * batch);
    }
    drop(sender);
    workers
        .into_iter()
        .for_each(|worker| worker.join().unwrap());
}

/// Row Q15, where an item is lost with its worker.
fn q15_waiting_for_marks_that_never_come_ends() {
    let (sender, receiver) = unbounded::<u32>().unwrap();
    (0..3).for_each(|item| sender.put(item).unwrap());
    receiver.get().unwrap();
    receiver.task_done().unwrap();
    let timeout = sender.join_timeout(Duration::ZERO);
    assert_eq!(timeout, Err(JoinError::Timeout(2)));
    let killed = Process::start("killed", move || -> () {
        receiver.get().unwrap();
        raise(Signal::SIGKILL).unwrap();
    });
    killed.unwrap().join().unwrap_err();
    assert_eq!(sender.join_timeout(LIMIT), Err(JoinError::Disconnected(2)));
    assert_eq!(sender.outstanding(), 2);
}

/// Row Q16.
fn q16_a_mark_too_many_is_an_error() {
    let (sender, receiver) = unbounded::<u32>().unwrap();
    assert_eq!(receiver.task_done(), Err(MarkError::NothingOutstanding));
    sender.put(1).unwrap();
    receiver.get().unwrap();
    assert_eq!(receiver.task_done(), Ok(()));
    assert_eq!(receiver.task_done(), Err(MarkError::NothingOutstanding));
    sender.join_timeout(Duration::ZERO).unwrap();
}

/// Row Q17.
fn q17_an_item_of_a_mebibyte_comes_back_equal() {
    let (sender, receiver) = unbounded::<Vec<u8>>().unwrap();
    let item: Vec<u8> = (0..1 << 20)
        .map(|byte: u32| byte.to_le_bytes()[1])
        .collect();
    let childs = item.clone();
    let child = Process::start("child", move || {
        (0..5).for_each(|_| sender.put(childs.clone()).unwrap());
    });
    assert!(
        receiver
            .iter()
            .map(Result::unwrap)
            .eq(std::iter::repeat_n(item, 5))
    );
    child.unwrap().join().unwrap();
}

/// Row X04.
fn x04_a_capacity_of_0_is_an_error() {
    let error = bounded::<u8>(0).unwrap_err();
    assert!(error.to_string().contains("0 items"), "{error}");
    assert!(bounded::<u8>(1 << 24).is_err());
}
