//! What a broker alone can lose, poison, or blame on the wrong task.

use crate::harness::Cluster;

#[test]
fn the_one_batch_that_a_broker_cannot_have_is_refused_and_status_goes_on() {
    let cluster = Cluster::start();
    let number = u64::MAX.to_string();
    let words = ["submit", "--batch", &number, "square", "1", "2"];
    let ran = cluster.run(&words).expect_complaint(1);
    let why = format!("any batch except {number}");
    assert!(ran.err.contains(&why), "{ran:?}");
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
    assert_eq!((cluster.count("leased"), cluster.count("ended")), (0, 1));
    let ran = cluster.run(&["results", &number]).expect_complaint(1);
    assert!(ran.err.contains("there is no batch"), "{ran:?}");
}
