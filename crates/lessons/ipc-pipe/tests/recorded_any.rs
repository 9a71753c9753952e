//! What a wait for any of several pipes leaves in the log.

use std::time::Duration;

use common::{Kind, Settings};
use ipc_pipe::{pipe, wait_any};
use timeline::Run;

/// The recorder is the process's own, so this is the only test here.
#[test]
fn a_wait_for_any_of_several_pipes_is_in_the_log() {
    let log = std::env::temp_dir().join(format!("any-{}.jsonl", std::process::id()));
    let settings = Settings {
        pace: 0.0,
        seed: None,
        chaos: None,
        record: Some(log.clone()),
    };
    common::begin("recorded", &settings).unwrap();
    let ((_one, first), (other, last)) = (pipe::<u32>().unwrap(), pipe::<u32>().unwrap());
    let both = [&first, &last];
    // A look is no wait, nor is what finds a message.
    assert_eq!(wait_any(&both, Duration::ZERO), None);
    assert_eq!(wait_any(&both, Duration::from_millis(1)), None);
    other.send(3).unwrap();
    assert_eq!(wait_any(&both, Duration::MAX), Some(1));
    assert_eq!(common::end(), None);
    let text = std::fs::read_to_string(&log).unwrap();
    std::fs::remove_file(log).unwrap();

    let run = Run::read(text.as_bytes()).unwrap();
    let kinds: Vec<_> = run.events.iter().map(|event| event.kind).collect();
    let waited = [Kind::WaitLimit, Kind::GiveUp];
    assert_eq!(
        kinds[1..],
        [&waited[..], &[Kind::Send, Kind::Exit]].concat()
    );
    // Had it ended in the wait:
    let hangs: Vec<_> = text.lines().take(2).collect();
    let run = Run::read(hangs.join("\n").as_bytes()).unwrap();
    let said: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    let told = "When the log ends, main waits for any of pipe, pipe 2.";
    assert!(said.iter().any(|one| one.contains(told)), "{said:?}");
}
