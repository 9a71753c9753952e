//! What memory with a name promises. Each test is a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use ipc_shared::{NamedError, NamedMemory};
use multiprocess::Process;
use nix::sys::signal::{Signal, kill};
use nix::unistd::getpid;

lesson_test::forking_tests![
    v11_a_named_region_is_shared_with_who_attaches_by_its_name,
    v12_a_name_that_nobody_made_is_not_found,
    v12_a_name_that_exists_is_not_made_again,
    v12_no_bytes_or_no_name_is_an_error,
    a_name_is_gone_with_its_creator_and_the_bytes_with_the_last,
    a_name_is_gone_when_its_creator_is_killed,
];

/// A name that no other run of these tests uses.
fn name(of: &str) -> String {
    format!("{of} {}", common::pid())
}

/// Row V11.
fn v11_a_named_region_is_shared_with_who_attaches_by_its_name() {
    let name = name("V11");
    let memory = NamedMemory::create(&name, 512).unwrap();
    assert_eq!(memory.read(0, 512), [0; 512]);
    let child = Process::start("child", move || {
        let memory = NamedMemory::attach(&name).unwrap();
        memory.write(500, b"from afar");
        memory.bytes().len()
    });
    assert!(child.unwrap().join().unwrap() >= 512);
    assert_eq!(memory.read(500, 9), b"from afar");
}

/// Row V12.
fn v12_a_name_that_nobody_made_is_not_found() {
    let error = NamedMemory::attach("nobody has made this").unwrap_err();
    assert!(matches!(error, NamedError::NotFound(_)), "{error}");
    assert!(
        error.to_string().contains("nobody has made this"),
        "{error}"
    );
}

/// Row V12.
fn v12_a_name_that_exists_is_not_made_again() {
    let name = name("V12");
    let _memory = NamedMemory::create(&name, 1).unwrap();
    let error = NamedMemory::create(&name, 1).unwrap_err();
    assert!(matches!(error, NamedError::AlreadyExists(_)), "{error}");
}

/// Row V12.
fn v12_no_bytes_or_no_name_is_an_error() {
    let error = NamedMemory::create(&name("V12"), 0).unwrap_err();
    assert!(matches!(error, NamedError::Os(_)), "{error}");
    let long = "x".repeat(NamedMemory::MOST_NAME_BYTES + 1);
    for bad in ["", "a\0b", &long] {
        let error = NamedMemory::create(bad, 1).unwrap_err();
        assert!(matches!(error, NamedError::BadName(_)), "{error}");
        let error = NamedMemory::attach(bad).unwrap_err();
        assert!(matches!(error, NamedError::BadName(_)), "{error}");
    }
}

fn a_name_is_gone_with_its_creator_and_the_bytes_with_the_last() {
    let name = name("gone");
    let created = NamedMemory::create(&name, 4096).unwrap();
    let attached = NamedMemory::attach(&name).unwrap();
    created.write(0, b"still here");
    drop(created);
    assert!(matches!(
        NamedMemory::attach(&name),
        Err(NamedError::NotFound(_))
    ));
    assert_eq!(attached.read(0, 10), b"still here");
    let _again = NamedMemory::create(&name, 1).unwrap();
}

fn a_name_is_gone_when_its_creator_is_killed() {
    let name = name("killed");
    let its = name.clone();
    let child = Process::start("creator", move || {
        let memory = NamedMemory::create(&its, 512).unwrap();
        kill(getpid(), Signal::SIGKILL).unwrap();
        drop(memory);
    });
    child.unwrap().join().unwrap_err();
    assert!(matches!(
        NamedMemory::attach(&name),
        Err(NamedError::NotFound(_))
    ));
    let _again = NamedMemory::create(&name, 512).unwrap();
}
