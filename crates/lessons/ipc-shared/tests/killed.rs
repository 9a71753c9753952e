//! A process killed at any instruction of a change makes no other hang, and its death is reported.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::time::{Duration, Instant};

use ipc_shared::{LockError, Value};
use lesson_test::{begin_steps, end_steps, kill_after, kill_everywhere};
use multiprocess::Process;

lesson_test::forking_tests![within 120;
    a_process_killed_at_any_instruction_of_an_update,
];

/// A process that takes longer than this counts as hung.
const LIMIT: Duration = Duration::from_secs(20);

/// The minimum number of kills.
const KILLS: usize = 1000;

fn a_process_killed_at_any_instruction_of_an_update() {
    let mut poisoned = 0;
    kill_everywhere(KILLS, |steps| {
        let value = Value::new([1_u64, 1]).unwrap();
        let childs = value.clone();
        let child = Process::start("victim", move || {
            begin_steps();
            childs
                .update(|[one, other]| (*one, *other) = (2, 2))
                .unwrap();
            end_steps();
        })
        .unwrap();
        let is_over = !kill_after(child.pid(), steps);
        drop(child);
        let asked = Instant::now();
        match value.get() {
            Ok(found) => assert!(
                found == [2, 2] || (found == [1, 1] && !is_over),
                "{found:?}"
            ),
            Err(LockError::Poisoned) => {
                assert!(!is_over, "done, and still called half-done");
                poisoned += 1;
                let mut held = value.recover().unwrap();
                assert!(held.iter().all(|&part| part == 1 || part == 2), "{held:?}");
                *held = [3, 3];
            }
            Err(error) => panic!("{error}"),
        }
        value.update(|value| value[0] = 4).unwrap();
        assert!(asked.elapsed() < LIMIT, "after {steps} steps");
        is_over
    });
    assert!(poisoned > 0, "no kill has come between lock and unlock");
}
