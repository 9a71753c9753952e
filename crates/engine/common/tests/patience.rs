//! A limit on a wait, scaled by the pace of the run.

use std::time::Duration;

use common::{Settings, begin, patience};

#[test]
fn a_limit_grows_with_the_pauses_that_it_covers() {
    let settings = Settings {
        pace: 100.0,
        seed: None,
        chaos: None,
        record: None,
    };
    begin("test", &settings).expect("a run without a log");
    let limits = [Duration::from_secs(60), Duration::MAX].map(patience);
    assert_eq!(limits, [Duration::from_secs(6000), Duration::MAX]);
}
