//! Finds threads that go to sleep repeatedly while there is nothing to do. A thread that waits is
//! woken once; a thread that polls wakes by itself before each look.
//!
//! A thread that waits for something that does not happen never runs, on any machine, idle or busy.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// How often a thread may go to sleep in a second or more: it may have waited for something else
/// first. A thread that polls twice a second does so more often.
const MOST: u64 = 2;

/// How often threads have gone to sleep by themselves, by pid and thread id, with their names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sleeps(BTreeMap<(i32, i32), (String, u64)>);

impl Sleeps {
    /// The counts of all threads of these processes so far.
    ///
    /// Source: `proc_pid_status(5)`.
    pub(crate) fn of(pids: &[i32]) -> Self {
        let mut sleeps = BTreeMap::new();
        for &pid in pids {
            let threads = fs::read_dir(format!("/proc/{pid}/task"));
            for thread in threads.into_iter().flatten().flatten() {
                let tid = thread.file_name().to_str().and_then(|tid| tid.parse().ok());
                let text = read_status(&thread.path()).unwrap_or_default();
                let field = |name| status_field(&text, name);
                let times = field("voluntary_ctxt_switches").and_then(|times| times.parse().ok());
                if let (Some(tid), Some(times)) = (tid, times) {
                    let name = field("Name").unwrap_or("?").to_owned();
                    sleeps.insert((pid, tid), (name, times));
                }
            }
        }
        Self(sleeps)
    }

    /// Returns whether a thread has not gone to sleep since `before`.
    pub(crate) fn has_none_since(&self, before: &Self, thread: (i32, i32)) -> bool {
        let times = |sleeps: &Self| sleeps.0.get(&thread).map(|(_, times)| *times);
        times(self).is_some() && times(self) == times(before)
    }

    /// The threads that have gone to sleep too often since `before`: pid, thread id, name.
    pub(crate) fn too_many_since(self, before: &Self) -> Vec<((i32, i32), String)> {
        let since = self.0.into_iter().filter_map(|(id, (name, times))| {
            let (_, before) = before.0.get(&id)?;
            (times.saturating_sub(*before) > MOST).then_some((id, name))
        });
        since.collect()
    }
}

/// The `status` file in a folder of /proc; `None` if its thread has gone. The name in it may be any bytes.
pub(crate) fn read_status(folder: &Path) -> Option<String> {
    let bytes = fs::read(folder.join("status")).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The value of a field in a `status` file of /proc.
///
/// Source: `proc_pid_status(5)`.
pub(crate) fn status_field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = text.lines();
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread::{self, sleep};
    use std::time::Duration;

    use lesson_test::until;

    use super::*;

    #[test]
    fn polling_wakes_up_and_waiting_does_not() {
        let (done, is_done) = mpsc::channel::<()>();
        let (stop, stopped) = mpsc::channel::<()>();
        let asks = move || {
            while stopped.try_recv() == Err(mpsc::TryRecvError::Empty) {
                sleep(Duration::from_millis(50));
            }
        };
        let start = |name: &str, body: Box<dyn FnOnce() + Send>| {
            thread::Builder::new()
                .name(name.to_owned())
                .spawn(body)
                .unwrap()
        };
        let threads = [
            start("asks", Box::new(asks)),
            start("waits", Box::new(move || _ = is_done.recv())),
        ];
        let pid = std::process::id().cast_signed();
        let since = |before: &Sleeps| -> Vec<String> {
            let many = Sleeps::of(&[pid]).too_many_since(before).into_iter();
            many.map(|(_, name)| name).collect()
        };
        let begins = |name: &str| {
            let sleeps = Sleeps::of(&[pid]).0;
            sleeps
                .values()
                .any(|(its, times)| its == name && *times > 0)
        };
        // A loop, because the threads may begin late.
        until("both have gone to sleep", || {
            begins("asks") && begins("waits")
        });
        let before = Sleeps::of(&[pid]);
        let asks = "asks".to_owned();
        until("it asks too often", || since(&before).contains(&asks));
        assert!(!since(&before).contains(&"waits".to_owned()));
        drop((done, stop));
        for thread in threads {
            thread.join().unwrap();
        }
    }

    #[test]
    fn a_thread_is_there_whatever_bytes_its_name_has() {
        let pid = common::pid().cast_signed();
        let looks = thread::spawn(move || {
            nix::sys::prctl::set_name(c"\xff name").unwrap();
            let id = (pid, nix::unistd::gettid().as_raw());
            Sleeps::of(&[pid]).0.contains_key(&id)
        });
        assert!(looks.join().unwrap());
    }
}
