//! Queues that are full, cut off or looked into, or that get items that they cannot take. Each test
//! runs in a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::rc::Rc;
use std::time::{Duration, Instant};

use ipc_queue::{
    GetError, JoinError, MarkError, Options, PutError, Receiver, Sender, bounded, unbounded,
};
use lesson_test::{Even, peak_kib, with_limit};
use multiprocess::Process;
use nix::sys::resource::Resource;
use nix::sys::signal::{Signal, raise};

lesson_test::forking_tests![
    x01_an_item_without_bytes_comes_back,
    x18_each_call_of_an_end_that_is_not_held_is_an_error,
    x18_a_clone_of_an_end_that_is_not_held_is_refused,
    an_item_larger_than_the_queue_is_an_error_with_the_item,
    an_item_of_exactly_the_queues_size_passes,
    a_queue_made_with_more_room_takes_longer_items,
    a_room_that_cannot_be_is_refused_with_its_limits,
    an_item_that_is_none_of_the_type_is_an_error_and_gone,
    a_reader_killed_while_it_waits_leaves_the_queue_usable,
    an_item_stays_in_the_queue_while_a_getter_looks_at_it,
    getting_while_a_getter_looks_is_an_error,
    a_wait_for_done_items_ends_at_its_limit,
    a_system_without_descriptors_or_memory_is_an_error,
    a_million_items_need_no_more_memory_than_the_queue,
];

const LIMIT: Duration = Duration::from_secs(8);

/// Row X01: borsh has no bytes for `NaN`.
fn x01_an_item_without_bytes_comes_back() {
    let (sender, receiver) = unbounded::<f64>().unwrap();
    let error = sender.put(f64::NAN).unwrap_err();
    assert!(matches!(error, PutError::Encode(item, _) if item.is_nan()));
    assert!(matches!(
        sender.try_put(f64::NAN),
        Err(PutError::Encode(..))
    ));
    sender.put(1.5).unwrap();
    assert!(receiver.get().unwrap() == 1.5 && receiver.is_empty());
}

/// Calls `look` in a child that holds neither end, and returns what `look` returned there. The
/// queue has the item 7, which has to stay there, and then ends.
fn seen_by_a_child_without_ends(
    look: fn(&Sender<u8>, &Receiver<u8>) -> Vec<String>,
) -> Vec<String> {
    let (sender, receiver) = unbounded::<u8>().unwrap();
    sender.put(7).unwrap();
    let kept = Rc::new((sender, receiver));
    let copy = Rc::clone(&kept);
    let child = Process::start("child", move || look(&copy.0, &copy.1)).unwrap();
    let seen = child.join().unwrap();
    let (sender, receiver) = Rc::into_inner(kept).unwrap();
    drop(sender);
    assert_eq!(receiver.get_timeout(LIMIT).unwrap(), 7);
    assert!(matches!(receiver.get(), Err(GetError::Disconnected)));
    seen
}

/// Row X18.
fn x18_each_call_of_an_end_that_is_not_held_is_an_error() {
    let allowed = seen_by_a_child_without_ends(|sender, receiver| {
        let limit = Duration::from_millis(20);
        let puts = [
            ("put", sender.put(1)),
            ("try_put", sender.try_put(1)),
            ("put_timeout", sender.put_timeout(1, limit)),
        ];
        let puts = puts.map(|(name, put)| (name, matches!(put, Err(PutError::NotHeld(1)))));
        let gets = [
            ("get", receiver.get()),
            ("get_with", receiver.get_with(|_| ())),
            ("try_get", receiver.try_get()),
            ("get_timeout", receiver.get_timeout(limit)),
            ("iter", receiver.iter().next().unwrap_or(Ok(0))),
        ];
        let gets = gets.map(|(name, got)| (name, matches!(got, Err(GetError::NotHeld))));
        let others = [
            (
                "join_timeout",
                sender.join_timeout(limit) == Err(JoinError::NotHeld),
            ),
            ("task_done", receiver.task_done() == Err(MarkError::NotHeld)),
        ];
        let calls = puts.into_iter().chain(gets).chain(others);
        let allowed = calls.filter(|(_, is_refused)| !is_refused);
        allowed.map(|(name, _)| name.to_owned()).collect()
    });
    assert_eq!(allowed, [] as [&str; 0]);
}

/// Row X18: an item put by such a clone would come after the end, and one got would be missing.
fn x18_a_clone_of_an_end_that_is_not_held_is_refused() {
    let errors = seen_by_a_child_without_ends(|sender, receiver| {
        let errors = [
            sender.try_clone().map(drop).unwrap_err(),
            receiver.try_clone().map(drop).unwrap_err(),
        ];
        errors.map(|error| error.to_string()).to_vec()
    });
    let text = "stayed with another process";
    assert!(errors.iter().all(|it| it.contains(text)), "{errors:?}");
}

fn an_item_larger_than_the_queue_is_an_error_with_the_item() {
    let (sender, receiver) = unbounded().unwrap();
    let error = sender.put(vec![7_u8; 3 << 20]).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("2097148 bytes"), "{error}");
    assert!(text.contains("Options::room_bytes"), "{error}");
    assert_eq!(error.into_inner().len(), 3 << 20);
    sender.put(vec![1]).unwrap();
    assert_eq!(receiver.get().unwrap(), [1]);
}

fn an_item_of_exactly_the_queues_size_passes() {
    let (sender, receiver) = unbounded().unwrap();
    let item = vec![7_u8; (2 << 20) - 8]; // four bytes of length each for the item and its bytes
    for _ in 0..3 {
        sender.try_put(item.clone()).unwrap();
        assert!(matches!(sender.try_put(vec![1]), Err(PutError::Full(_))));
        assert!(receiver.try_get().unwrap() == item);
    }
}

/// Items also go around the end of the ring, many times.
fn a_queue_made_with_more_room_takes_longer_items() {
    // The last size fills a ring to the last byte when the run is recorded.
    for room_bytes in [3 << 20, 8 << 20, (4 << 20) - 12] {
        let options = Options::new().room_bytes(room_bytes).most_items(2);
        let (sender, receiver) = options.make().unwrap();
        let childs = receiver.try_clone().unwrap();
        let getter = Process::start("getter", move || {
            (0..3).for_each(|item| {
                let got = childs.get_timeout(LIMIT).unwrap();
                assert!(got == vec![item; room_bytes - 4], "{item}");
            });
        })
        .unwrap();
        for item in 0..3_u8 {
            sender
                .put_timeout(vec![item; room_bytes - 4], LIMIT)
                .unwrap();
        }
        getter.join().unwrap();
        let too_long = vec![0; 2 * room_bytes];
        assert!(matches!(
            sender.put(too_long),
            Err(PutError::TooLong { .. })
        ));
    }
}

fn a_room_that_cannot_be_is_refused_with_its_limits() {
    for room_bytes in [0, Options::MOST_ROOM_BYTES + 1, usize::MAX] {
        let error = Options::new().room_bytes(room_bytes).make::<u8>();
        let error = error.unwrap_err().to_string();
        assert!(error.contains("from 1 to 536870900"), "{error}");
    }
}

fn an_item_that_is_none_of_the_type_is_an_error_and_gone() {
    let (sender, receiver) = unbounded().unwrap();
    (0..5).for_each(|number| sender.put(Even(number)).unwrap());
    assert_eq!(receiver.get().unwrap().0, 0);
    let error = receiver.get().unwrap_err();
    assert!(matches!(error, GetError::Decode(_)));
    assert!(error.to_string().contains("1 is odd"), "{error}");
    assert_eq!(receiver.get().unwrap().0, 2);
    let error = receiver.get().unwrap_err();
    assert!(error.to_string().contains("3 is odd, too"), "{error}");
    assert_eq!(receiver.get().unwrap().0, 4);
    assert!(receiver.is_empty());
}

/// Row B18 of the notes' mistakes, put right.
fn a_reader_killed_while_it_waits_leaves_the_queue_usable() {
    let (sender, receiver) = unbounded::<u32>().unwrap();
    let childs = receiver.try_clone().unwrap();
    let mut reader = Process::start("reader", move || childs.get()).unwrap();
    assert_eq!(
        reader.wait_timeout(Duration::from_millis(50)).unwrap(),
        None
    );
    reader.kill().unwrap();
    sender.put(1).unwrap();
    assert_eq!(receiver.get_timeout(LIMIT).unwrap(), 1);
    reader.join().unwrap_err();
}

/// This includes an item that goes around the end of the ring: the receiver is killed while it looks.
fn an_item_stays_in_the_queue_while_a_getter_looks_at_it() {
    let (sender, receiver) = unbounded::<Vec<u8>>().unwrap();
    for item in 0..7_u8 {
        // Three of them fill two thirds of the ring, so every second one goes around its end.
        sender.put(vec![item; 700_000]).unwrap();
        let childs = receiver.try_clone().unwrap();
        let target = move || -> () {
            let die = |_: &Vec<u8>| raise(Signal::SIGKILL).unwrap();
            childs.get_with(die).unwrap();
        };
        Process::start("killed", target)
            .unwrap()
            .join()
            .unwrap_err();
        assert_eq!(receiver.len(), 1);
        assert_eq!(receiver.get_timeout(LIMIT).unwrap(), vec![item; 700_000]);
    }
}

fn getting_while_a_getter_looks_is_an_error() {
    let (sender, receiver) = unbounded().unwrap();
    (0..2).for_each(|item| sender.put(item).unwrap());
    let other = receiver.try_clone().unwrap();
    let item = receiver.get_with(|_| {
        assert!(matches!(receiver.get(), Err(GetError::InUse)));
        assert!(matches!(other.try_get(), Err(GetError::InUse)));
        assert!(matches!(other.get_timeout(LIMIT), Err(GetError::InUse)));
        assert_eq!((receiver.len(), other.len()), (2, 2));
        sender.put(2).unwrap();
    });
    assert_eq!(item.unwrap(), 0);
    assert_eq!([other.get().unwrap(), receiver.get().unwrap()], [1, 2]);
}

fn a_wait_for_done_items_ends_at_its_limit() {
    let (sender, _receiver) = unbounded().unwrap();
    sender.put(1).unwrap();
    for limit in [Duration::ZERO, Duration::from_millis(15)] {
        let asked = Instant::now();
        assert_eq!(sender.join_timeout(limit), Err(JoinError::Timeout(1)));
        assert!((limit..LIMIT).contains(&asked.elapsed()));
    }
}

fn a_system_without_descriptors_or_memory_is_an_error() {
    let (sender, receiver) = bounded(2).unwrap();
    with_limit(Resource::RLIMIT_NOFILE, 0, || {
        let error = unbounded::<u8>().unwrap_err();
        assert!(error.to_string().contains("Too many open files"), "{error}");
        for error in [sender.try_clone().err(), receiver.try_clone().err()] {
            let text = error.unwrap().to_string();
            assert!(
                text.contains("cannot copy") && text.contains("ulimit -n"),
                "{text}"
            );
        }
        sender.put(1).unwrap();
    });
    with_limit(Resource::RLIMIT_AS, 0, || {
        let error = unbounded::<u8>().unwrap_err();
        assert!(error.to_string().contains("allocate memory"), "{error}");
        sender.put(2).unwrap();
    });
    assert_eq!([0; 2].map(|_| receiver.get().unwrap()), [1, 2]);
}

/// This includes times when the receiver is slower: then `put` waits.
fn a_million_items_need_no_more_memory_than_the_queue() {
    let (sender, receiver) = unbounded::<u64>().unwrap();
    let child = Process::start("writer", move || {
        let before = peak_kib();
        (0..1_000_000).for_each(|item| sender.put(item).unwrap());
        peak_kib() - before
    })
    .unwrap();
    let before = peak_kib();
    assert!(receiver.iter().map(Result::unwrap).eq(0..1_000_000));
    let more = [peak_kib() - before, child.join().unwrap()];
    // The queue's 2 MiB, and the memory that a process uses besides. A million items have 12 MiB.
    assert!(more.iter().all(|more| *more < 6 << 10), "{more:?} KiB");
}
