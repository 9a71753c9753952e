//! The processes that have ended and have not been waited for: only from these does a check learn
//! how a process ended that is not its own child.

use std::fs;

use common::Stat;

/// Returns those children of these processes that have ended with an exit code other than 0 or by a
/// signal, and have not been waited for.
pub(crate) fn failed_unwaited(parents: &[i32]) -> Vec<i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let has_failed =
        |stat: Stat| stat.state == 'Z' && stat.status != 0 && parents.contains(&stat.parent);
    pids.filter(|&pid| Stat::of(pid).is_some_and(has_failed))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::sync::PoisonError;

    use lesson_test::until;

    use super::*;
    use crate::running::tests::ALONE;

    #[test]
    fn a_failed_process_is_known_until_it_is_waited_for() {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let this = [common::pid().cast_signed()];
        let start = |does: &str| Command::new("sh").args(["-c", does]).spawn().unwrap();
        let mut children = ["exit 0", "exit 3", "kill -9 $$"].map(start);
        let pids = [1, 2].map(|index: usize| children[index].id().cast_signed());
        until("two have failed", || {
            let failed = failed_unwaited(&this);
            pids.iter().all(|pid| failed.contains(pid))
        });
        let well = children[0].id().cast_signed();
        assert!(!failed_unwaited(&this).contains(&well));
        for child in &mut children {
            child.wait().unwrap();
        }
        let failed = failed_unwaited(&this);
        assert!(!pids.iter().any(|pid| failed.contains(pid)));
    }
}
