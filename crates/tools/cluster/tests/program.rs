//! Tests `cluster::Cluster`, the client for a program of your own.

mod harness;

use cluster::Cluster as Client;
use harness::Cluster;
use lesson_test::{Folder, until};

#[test]
fn a_program_hands_tasks_in_and_has_their_results_in_order_also_after_a_restart() {
    let mut cluster = Cluster::start();
    let key = cluster.folder.path("key");
    let _worker = cluster.worker(&[]);
    let mut client = Client::connect(&cluster.address, Some(&key)).unwrap();
    for _ in 0..2 {
        let squares = client.map::<u64, u64>("square", 0..5000).unwrap();
        assert!(
            (0..5000)
                .zip(squares)
                .all(|(number, square)| square == Ok(number * number))
        );
        cluster.restart();
    }
    assert_eq!(client.map::<u64, u64>("square", []), Ok(Vec::new()));
    let outcomes = client.map::<u64, u64>("square", [3, u64::MAX, 4]).unwrap();
    let [Ok(9), Err(why), Ok(16)] = &outcomes[..] else {
        panic!("{outcomes:?}");
    };
    assert!(why.contains("is above 64 bits"), "{why}");
    let texts = client.map::<u64, Vec<String>>("square", [7]).unwrap();
    assert!(texts[0].is_err(), "a number is no list: {texts:?}");
    let why = client.map::<u64, u64>(&"k".repeat(300), [1]).unwrap_err();
    assert!(why.contains("256 bytes at most, and not 300"), "{why}");
}

/// Results take room in the scheduler's memory, and only this program knows their batches.
#[test]
fn results_that_a_program_has_taken_do_not_stay_with_the_scheduler() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let key = cluster.folder.path("key");
    let mut client = Client::connect(&cluster.address, Some(&key)).unwrap();
    let long = "x".repeat(1 << 20);
    // The client tells the scheduler to forget these batches, and does not wait until it has.
    let are_forgotten = || until("they are forgotten", || cluster.count("ended") == 0);
    for _ in 0..2 {
        let texts = client.map::<String, String>("text", [long.clone(), long.clone()]);
        assert!(texts.unwrap().iter().all(|text| text.as_ref() == Ok(&long)));
        are_forgotten();
    }
    // The room that a task takes includes a short result. The program need not stay connected to free it.
    let squares = client.map::<u64, u64>("square", 0..10_000).unwrap();
    drop(client);
    assert_eq!(squares.len(), 10_000);
    are_forgotten();
}

#[test]
fn a_program_without_the_key_or_without_a_scheduler_has_an_error() {
    let mut cluster = Cluster::start();
    let why = Client::connect(&cluster.address, None).unwrap_err();
    assert!(why.contains("wants a key"), "{why}");
    let missing = Folder::new().path("key");
    let why = Client::connect(&cluster.address, Some(&missing)).unwrap_err();
    assert!(why.contains("cannot read the key file"), "{why}");
    let key = cluster.folder.path("key");
    cluster.scheduler.kill();
    let why = Client::connect(&cluster.address, Some(&key)).unwrap_err();
    assert!(why.contains("no scheduler answers"), "{why}");
}
