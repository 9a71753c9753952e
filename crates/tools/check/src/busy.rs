//! Finds threads that run all the time while a process is stopped that they should wait for. A
//! thread that waits does not run; one that polls without pauses always runs or is ready to run.

use std::collections::BTreeMap;

use crate::stall::threads;

/// With this many looks or more, a thread that polls is running in nearly all of them.
const FEWEST_LOOKS: u32 = 10;
/// The least processor time of such a thread, in ticks of the kernel. A thread that reaches its
/// wait late, because the machine is busy, uses less before it.
const FEWEST_TICKS: u64 = 2;

/// The threads that should wait for a stopped process, by pid and thread id.
#[derive(Default)]
pub(crate) struct Looks {
    count: u32,
    seen: BTreeMap<(i32, i32), Seen>,
}

struct Seen {
    name: String,
    running: u32,
    /// Its processor time at the first look and at the last one.
    cpu: [u64; 2],
}

impl Looks {
    /// Looks at all threads of these processes once.
    pub(crate) fn look(&mut self, pids: &[i32]) {
        self.count += 1;
        for (id, thread) in pids.iter().copied().flat_map(threads) {
            let seen = self.seen.entry(id).or_insert_with(|| Seen {
                name: thread.name,
                running: 0,
                cpu: [thread.cpu; 2],
            });
            seen.running += u32::from(thread.is_running);
            seen.cpu[1] = thread.cpu;
        }
    }

    /// The names of the threads that were at work in nearly all looks.
    pub(crate) fn at_work(self) -> Vec<String> {
        let most_pauses = self.count / 10;
        let is_at_work = |seen: &Seen| {
            let [first, last] = seen.cpu;
            let used = last.saturating_sub(first);
            used >= FEWEST_TICKS && self.count - seen.running <= most_pauses
        };
        let seen = self.seen.into_values().filter(|seen| is_at_work(seen));
        match self.count >= FEWEST_LOOKS {
            true => seen.map(|seen| seen.name).collect(),
            false => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    use std::sync::PoisonError;
    use std::thread::sleep;
    use std::time::Duration;

    use super::*;
    use crate::clock::above;
    use crate::running::tests::ALONE;

    #[test]
    fn polling_without_a_pause_is_at_work_and_waiting_is_not() {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let at_work = |does: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("sleep 60 & echo $!; {does}")]);
            let mut top = command.stdout(Stdio::piped()).spawn().unwrap();
            let mut line = String::new();
            let mut out = BufReader::new(top.stdout.take().unwrap());
            out.read_line(&mut line).unwrap();
            let still: i32 = line.trim().parse().unwrap();
            let mut looks = Looks::default();
            for _ in 0..100 {
                looks.look(&above(still, top.id().cast_signed()));
                sleep(Duration::from_millis(10));
            }
            let _ended = Command::new("kill").arg(line.trim()).status();
            top.kill().unwrap();
            top.wait().unwrap();
            looks.at_work()
        };
        assert_eq!(at_work("while :; do :; done"), ["sh"]);
        assert!(at_work("wait").is_empty());
    }
}
