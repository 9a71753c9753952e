//! Checks that shared memory has no name, because a name could stay behind.

use std::fs;

/// Asserts that this process has no mapping of a file in /dev/shm and no descriptor for one. Shared
/// memory without a name is freed with its last process, however that process ends. So a test that
/// must leave nothing behind calls this while it has its shared memory. Files of other programs are
/// ignored.
///
/// # Panics
/// Lists the mappings and descriptors that have a name there. Also when /proc cannot be read.
#[track_caller]
pub fn assert_no_named_memory() {
    let maps = fs::read_to_string("/proc/self/maps").expect("/proc can be read");
    let descriptors = fs::read_dir("/proc/self/fd").expect("/proc can be read");
    let targets = descriptors
        .flatten()
        .filter_map(|entry| fs::read_link(entry.path()).ok())
        .map(|target| target.display().to_string());
    let mut named: Vec<_> = maps.lines().map(str::to_owned).chain(targets).collect();
    named.retain(|line| line.contains("/dev/shm/"));
    assert!(named.is_empty(), "memory with a name: {named:?}");
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::panic;

    use super::assert_no_named_memory;

    #[test]
    fn only_files_of_this_process_count_as_its_named_memory() {
        let name = format!("/dev/shm/lesson-test-{}", std::process::id());
        let file = File::create(&name).unwrap();
        let held = panic::catch_unwind(assert_no_named_memory);
        drop(file);
        // The file still exists, as one of another program would.
        let unheld = panic::catch_unwind(assert_no_named_memory);
        fs::remove_file(name).unwrap();
        assert_eq!((held.is_err(), unheld.is_ok()), (true, true));
    }
}
