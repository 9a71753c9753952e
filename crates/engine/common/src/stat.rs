//! Reads the kernel's data on a process or thread from /proc.

use std::fs;
use std::path::Path;

/// The state of a process or thread at one moment.
///
/// Source: `proc_pid_stat(5)`.
#[derive(Debug)]
pub struct Stat {
    /// The first 15 bytes of its name; `�` stands for what is not UTF-8.
    pub name: String,
    /// Its state: `R` for running, `S` for asleep, `Z` for a zombie, and others.
    pub state: char,
    /// The process id of its parent.
    pub parent: i32,
    /// How long it has used the processor, in the kernel's ticks.
    pub ticks: u64,
    /// How a zombie ended, as `waitpid(2)` reports it; 0 unless the caller may trace it.
    pub status: i32,
}

impl Stat {
    /// Reads the state of a process; `None` if it has gone.
    #[must_use]
    pub fn of(pid: i32) -> Option<Self> {
        Self::read(Path::new(&format!("/proc/{pid}")))
    }

    /// Reads the state of the process or thread with this folder in /proc; `None` if it has gone.
    #[must_use]
    pub fn read(folder: &Path) -> Option<Self> {
        // The name stands in brackets and may contain anything: brackets, and bytes that are not UTF-8.
        let stat = fs::read(folder.join("stat")).ok()?;
        let stat = String::from_utf8_lossy(&stat);
        let (head, rest) = stat.rsplit_once(')')?;
        let (_, name) = head.split_once('(')?;
        let rest: Vec<&str> = rest.split_whitespace().collect();
        // Fields by their numbers in the whole line.
        let field = |number: usize| rest.get(number - 3).copied();
        let ticks = |number| field(number)?.parse::<u64>().ok();
        Some(Self {
            name: name.to_owned(),
            state: field(3)?.chars().next()?,
            parent: field(4)?.parse().ok()?,
            ticks: ticks(14)? + ticks(15)?,
            status: field(52)?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_finds_itself_running_below_its_parent() {
        let this = Stat::of(crate::pid().cast_signed()).unwrap();
        assert_eq!(this.parent, crate::ppid().cast_signed());
        let thread = Stat::read(Path::new("/proc/thread-self")).unwrap();
        assert_eq!(thread.state, 'R');
        assert!(this.name.starts_with("common"), "{this:?}");
    }

    #[test]
    fn a_name_may_hold_brackets_and_other_bytes_than_text_and_the_times_are_added() {
        let folder = std::env::temp_dir().join(format!("common-stat-{}", crate::pid()));
        fs::create_dir(&folder).unwrap();
        let line = b"71 (a) R 1 (\xff) S 70 71 71 0 -1 4194560 1 2 3 4 40 2 5 6 20 0 1 0 100 1 1 0 0 0 0 0 0 0 0 \
                     0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 768\n";
        fs::write(folder.join("stat"), line).unwrap();
        let stat = Stat::read(&folder);
        fs::remove_dir_all(&folder).unwrap();
        let Stat {
            name,
            state,
            parent,
            ticks,
            status,
        } = stat.unwrap();
        assert_eq!((&*name, state, parent), ("a) R 1 (\u{fffd}", 'S', 70));
        assert_eq!((ticks, status), (42, 3 << 8));
    }
}
