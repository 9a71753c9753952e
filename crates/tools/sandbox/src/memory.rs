//! The memory that all processes of a box have in use together.
//!
//! The kernel limits the address space of each process separately. A program with many processes
//! could stay below that limit in each of them and still use all memory of the machine.

use std::fs;

use nix::unistd::{SysconfVar, sysconf};

/// The resident bytes of a process and all its descendants. Memory that several of them share
/// counts once for each.
///
/// Source: `proc_pid_statm(5)`, `proc_tid_children(5)`.
pub(crate) fn resident_bytes(root: i32) -> u64 {
    let page = sysconf(SysconfVar::PAGE_SIZE).ok().flatten();
    let page = page.map_or(4096, i64::cast_unsigned);
    let mut family = vec![root];
    let mut pages = 0;
    while let Some(pid) = family.pop() {
        pages += resident_pages(pid).unwrap_or(0);
        family.extend(children(pid));
    }
    pages * page
}

fn resident_pages(pid: i32) -> Option<u64> {
    let statm = fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    statm.split_whitespace().nth(1)?.parse().ok()
}

/// The pids of the children that any thread of the process has started.
pub(crate) fn children(pid: i32) -> Vec<i32> {
    let threads = fs::read_dir(format!("/proc/{pid}/task"));
    let threads = threads.into_iter().flatten().flatten();
    let lists =
        threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let of = |list: String| list.split_whitespace().flat_map(str::parse).collect();
    lists.flat_map::<Vec<i32>, _>(of).collect()
}
