//! How processes have ended that have not been waited for yet: what a check is told of the end of a process that
//! is no child of its own.

use std::fs;

/// Of the children of these processes, those that have ended, with another exit code than 0 or by a signal,
/// and have not been waited for.
///
/// Source: `proc_pid_stat(5)`; the kernel tells how a process has ended only who may trace it.
pub(crate) fn failed_unwaited(parents: &[i32]) -> Vec<i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let has_failed = |pid: &i32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let (_, fields) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        // Fields 3, 4 and 52 of the whole line.
        let (state, parent, status) = (fields.first()?, fields.get(1)?, fields.get(49)?);
        let is_theirs = parents.contains(&parent.parse().ok()?);
        Some(*state == "Z" && is_theirs && *status != "0")
    };
    pids.filter(|pid| has_failed(pid) == Some(true)).collect()
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::sync::PoisonError;

    use lesson_test::until;

    use super::*;
    use crate::running::tests::ALONE;

    #[test]
    fn who_has_failed_is_known_until_it_is_waited_for() {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let this = [common::pid().cast_signed()];
        let start = |does: &str| Command::new("sh").args(["-c", does]).spawn().unwrap();
        let mut children = ["exit 0", "exit 3", "kill -9 $$"].map(start);
        let pids = [1, 2].map(|place: usize| children[place].id().cast_signed());
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
