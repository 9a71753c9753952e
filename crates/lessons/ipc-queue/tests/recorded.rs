//! The log of a recorded queue: waiting until its items are done.

use std::thread;
use std::time::Duration;

use common::Kind;
use ipc_queue::unbounded;
use lesson_test::recorded;
use timeline::Run;

#[test]
fn a_wait_for_every_item_is_in_the_log() {
    let log = recorded("a_wait_for_every_item_is_in_the_log", || {
        let (sender, receiver) = unbounded().unwrap();
        sender.put(7).unwrap();
        // A call that cannot wait is not logged as a wait, and neither is one that finds all items done.
        assert!(sender.join_timeout(Duration::ZERO).is_err());
        assert!(sender.join_timeout(Duration::from_millis(1)).is_err());
        assert_eq!(receiver.get().unwrap(), 7);
        let marking = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            receiver.task_done().unwrap();
            receiver
        });
        sender.join_timeout(Duration::MAX).unwrap();
        let _receiver = marking.join().unwrap();
        sender.join_timeout(Duration::MAX).unwrap();
    });
    let run = Run::read(log.as_bytes()).unwrap();
    assert_eq!(run.faults(), []);
    let (mut kinds, mut waits) = (Vec::new(), 0);
    for event in run.events.iter().filter(|event| event.on.is_none()) {
        kinds.push(event.kind);
        waits += usize::from(&*event.what == "every item of queue");
    }
    let expected = [
        Kind::Run,
        Kind::WaitLimit,
        Kind::GiveUp,
        Kind::Wait,
        Kind::Resume,
        Kind::Exit,
    ];
    assert_eq!(kinds, expected);
    assert_eq!(waits, 3);
    // The log as it would be if the run had ended during the wait:
    let is_it = |event: &timeline::Event| &*event.what == "every item of queue";
    let wait = run.events.iter().position(is_it).unwrap();
    let hangs: Vec<_> = log.lines().take(wait + 1).collect();
    let run = Run::read(hangs.join("\n").as_bytes()).unwrap();
    let findings: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    let text = "When the log ends, main waits for every item of queue.";
    assert!(findings.iter().any(|it| it.contains(text)), "{findings:?}");
}
