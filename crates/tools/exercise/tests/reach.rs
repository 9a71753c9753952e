//! Tests the names by which a body could reach its judge through the system: those of std, of `nix` and of
//! the crates below the lessons. An import by another name hides none of them.

use exercise::{GraftError, graft};

const REFERENCE: &str = "\
use std::os::fd::AsFd;
use nix::fcntl::OFlag;
use child::{Child, parcel::Parcel};

fn talk(words: &[String]) {
    nix::sys::stat::Mode::empty();
    OFlag::empty();
}
";

fn grafted(top: &str, body: &str) -> Result<String, GraftError> {
    let theirs = format!("{top}\nfn talk(words: &[String]) {{\n{body}\n}}\n");
    graft(REFERENCE, &theirs, &["talk"])
}

fn refused(top: &str, body: &str) -> Option<String> {
    match grafted(top, body) {
        Ok(_) => None,
        Err(GraftError::Refused { what, line }) => {
            assert_eq!(line, if top.is_empty() { 3 } else { 1 }, "{top}{body}");
            Some(what)
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn what_reaches_the_judge_by_the_system_is_refused_by_any_name() {
    for (body, what) in [
        ("child::ends::close_for_good([1]);", "child::ends"),
        (
            "use child::{wait, parcel as p}; p::send(a, b);",
            "child::parcel",
        ),
        ("use child as c; c::ends::held();", "child by another name"),
        (
            "use child::{self as c}; c::ends::held();",
            "self by another name",
        ),
        ("use child::*; ends::held();", "child::*"),
        ("lesson::family::kill_all(see);", "lesson::family"),
        ("smol::net::resolve(\"a\");", "smol::net"),
        (
            "use smol as s; s::net::resolve(\"a\");",
            "smol by another name",
        ),
        ("std::panic::set_hook(hook);", "panic::set_hook"),
        ("use std::panic; panic::take_hook();", "panic::take_hook"),
        (
            "use std::panic as p; p::take_hook();",
            "panic by another name",
        ),
        ("use std::panic::*;", "panic::*"),
        (
            "std::path::Path::new(\"/proc/self/exe\").read_link();",
            "std::path",
        ),
        ("use crate::{nix::{self as n}};", "nix::self"),
        (
            "mod a { pub use nix::unistd as u; } use a::u as v; v::close(1);",
            "nix::unistd",
        ),
    ] {
        assert_eq!(refused("", body).as_deref(), Some(what), "{body}");
    }
}

#[test]
fn what_waits_reads_and_writes_is_free_and_so_is_what_the_file_has() {
    for body in [
        "use nix::sys::wait::*; use nix::sys::signal::{Signal, raise}; wait();",
        "use nix::unistd::{Pid, read}; read(end, bytes); Pid::this();",
        "use nix::poll::{PollFd, poll}; nix::errno::Errno::EINTR;",
        "use nix::sys::time::TimeSpec; nix::poll::ppoll(ends, None::<TimeSpec>, None);",
        "let fd = OFlag::empty(); nix::fcntl::OFlag; nix::sys::stat::Mode::empty();",
        "Parcel::new(); child::wait(pid); use child::Child as C;",
        "std::os::unix::net::UnixStream::pair(); use std::os::fd::{AsFd, OwnedFd};",
        "std::panic::catch_unwind(call); use std::panic::{self, AssertUnwindSafe}; panic::catch_unwind(a);",
        "let fs = 1; self.fs::<u8>(); value.net; let child = fs; child as u32; smol::Timer::after(limit);",
        "use std::{io, process}; process::id();",
    ] {
        assert_eq!(grafted("", body).err(), None, "{body}");
    }
}

/// The network is closed to a body, unless its file uses it, and then it is open by any path.
#[test]
fn a_module_of_std_that_the_file_uses_is_open() {
    let body = "stream.shutdown(std::net::Shutdown::Both); use std::net::{self, SocketAddr};";
    assert_eq!(refused("", body).as_deref(), Some("std::net"));
    let with =
        |import: &str| REFERENCE.replace("use nix::fcntl", &format!("{import}\nuse nix::fcntl"));
    let theirs = format!("fn talk(words: &[String]) {{\n{body}\n}}\n");
    let net = "use std::net::{Shutdown, TcpStream};";
    assert_eq!(graft(&with(net), &theirs, &["talk"]).err(), None);
    for other in [
        "use std::os::unix::net::UnixStream;",
        "use std::path::PathBuf;",
    ] {
        let refused = graft(&with(other), &theirs, &["talk"]);
        assert!(
            matches!(refused, Err(GraftError::Refused { .. })),
            "{other}"
        );
    }
}

/// The names of the recorder are in scope where the file imports its modules, so no list of words finds them.
#[test]
fn a_macro_makes_no_path_from_the_words_of_its_call() {
    for body in [
        "macro_rules! m { ($a:tt $b:tt $c:tt) => { $c $b $a } } m!(reaps :: life);",
        "macro_rules! m { ($($a:ident)*) => { $($a)::* } } m!(life reaps);",
        "macro_rules! m { ($a:ident $b:ident) => { $a $(:: $b)* } } m!(life reaps);",
        "macro_rules! m { ($a:ident $b:ident) => { $a $(:: $b)? } } m!(life reaps);",
        "macro_rules! m { ($($a:ident)* ; $b:ident) => { $($a ::)* $b } } m!(life; reaps);",
        "macro_rules! m { ($b:ident) => { Own::$b } } m!(reaps);",
    ] {
        assert!(refused("", body).is_some(), "{body}");
    }
    let free = "macro_rules! m { ($a:expr, $b:ty) => { Vec::<$b>::new().len() + $a } } m!(1, u8); Vec::<u8>::new();";
    assert_eq!(grafted("", free).err(), None);
}
