//! What `cluster status` and the page show.

use scheduler::machine::{End, Record};

use super::*;

fn ended(hub: &Hub) -> (u64, u64) {
    let overview = hub.overview();
    (overview.status.ended, overview.recently)
}

/// Programs forget each of their batches as soon as they have the results.
#[test]
fn tasks_that_ended_lately_count_also_when_they_are_forgotten() {
    let mut hub = in_memory(&Arc::default());
    let (client, id) = (Peer(0), scheduler::TaskId(0));
    let send = |hub: &mut Hub, message| {
        hub.step(Event::Received(client, message));
        hub.carry_out().unwrap();
        hub.now += Duration::from_secs(1);
        hub.note_rate();
    };
    hub.note_rate();
    send(&mut hub, task(0));
    send(&mut hub, ToScheduler::Cancel { id });
    assert_eq!(ended(&hub), (1, 1));
    send(&mut hub, ToScheduler::Forget { batch: 1 });
    assert_eq!(ended(&hub), (0, 1));
    (0..10).for_each(|_| send(&mut hub, ToScheduler::Status));
    assert_eq!(ended(&hub), (0, 0));
}

/// With `--keep 0`, the results of an earlier scheduler are too old for the next one.
#[test]
fn a_batch_that_is_over_already_is_in_no_picture_of_the_new_scheduler() {
    let mut machine = Machine::new(Rules {
        keep: Some(Duration::ZERO),
        ..Rules::default()
    });
    let (id, key, end) = (
        scheduler::TaskId(0),
        TaskKey { batch: 1, index: 0 },
        End::Cancelled,
    );
    let (kind, body) = (String::new(), Vec::new());
    let call = Call { kind, body };
    machine.restore(Record::Accepted { id, key, call });
    machine.restore(Record::Ended { id, end });
    let (inputs, events) = sync_channel(8);
    let (reply, answer) = sync_channel(1);
    inputs.send(Input::Look(reply)).unwrap();
    let asked = Arc::new(AtomicU32::new(0));
    let mut hub = Hub::new(machine, None, None, Duration::ZERO, Arc::clone(&asked));
    let running = thread::spawn(move || hub.run(&events));
    let overview = answer.recv_timeout(Duration::from_secs(30)).unwrap();
    asked.store(1, Ordering::Relaxed);
    running.join().unwrap().unwrap();
    assert_eq!(overview.status.ended, 0);
}

/// What the page shows must still be true after a crash.
#[test]
fn the_page_is_answered_after_the_commit_of_its_turn() {
    let mut hub = in_memory(&Arc::default());
    let (reply, answer) = sync_channel(1);
    hub.take_in(Input::Look(reply)).unwrap();
    assert!(answer.try_recv().is_err(), "nothing is committed yet");
    hub.carry_out().unwrap();
    answer.try_recv().unwrap();
}
