//! Tests the names that a body may not use, because it could influence its judge through them.

use exercise::{GraftError, graft};

const REFERENCE: &str = "\
use common::{Trace, frame, lane, life, say};
use explore::primitives::{Mutex, current};
use crate::life::Life;

fn talk(words: &[String]) {
    lane::enter(\"main\");
    Life::new();
    say!(\"{words:?}\");
    life::exits();
}
";

/// Returns the name that is refused, if one is. `top` is the first line of the file; the body is one
/// line, the third of the file.
fn refused(top: &str, body: &str) -> Option<String> {
    let theirs = format!("{top}\nfn talk(words: &[String]) {{\n{body}\n}}\n");
    match graft(REFERENCE, &theirs, &["talk"]) {
        Ok(_) => None,
        Err(GraftError::Refused { what, line }) => {
            assert_eq!(line, if top.is_empty() { 3 } else { 1 }, "{top}{body}");
            Some(what)
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_body_records_nothing_but_its_own_lines() {
    for (body, what) in [
        (
            "common::record(kind, \"pipe\", word, id);",
            "common::record",
        ),
        ("common::Kind::Recv;", "common::Kind::Recv"),
        ("use common::{self as c, say};", "common::self"),
        ("use common as c;", "common by another name"),
        ("use common::lane as l;", "lane by another name"),
        ("use common::*;", "common::*"),
        ("use ::common::{say, observe};", "common::observe"),
        ("::common::life::reaps(\"a\");", "common::life::reaps"),
        // These names are in scope because the file imports `lane` and `life`.
        ("lane::replace(other);", "common::lane::replace"),
        ("self::lane::replace(other);", "common::lane::replace"),
        ("use lane::{enter, replace};", "common::lane::replace"),
        ("use self::{lane as l};", "lane by another name"),
        ("life::joins(\"a\", id);", "common::life::joins"),
        (
            "macro_rules! m { ($a:ident) => { $a::replace(other) } }",
            "the path $a:: of a macro",
        ),
        (
            "macro_rules! m { ($a:ident) => { use {$a as c}; } }",
            "a use of a macro's word",
        ),
        ("let _all = ..life::reaps(\"a\");", "common::life::reaps"),
        ("m!(common::is_recording());", "common::is_recording"),
        (
            "use std::{thread, process as p}; p::exit(0);",
            "process by another name",
        ),
        (
            "use std::process as p; p::exit(0);",
            "process by another name",
        ),
    ] {
        assert_eq!(refused("", body).as_deref(), Some(what), "{body}");
    }
    let at_the_top = refused("use common::observe;", "observe(|_, _, _| ());");
    assert_eq!(at_the_top.as_deref(), Some("common::observe"));
}

#[test]
fn a_body_cannot_ask_whether_it_is_looked_at() {
    for (body, what) in [
        ("if common::is_watched() { return; }", "common::is_watched"),
        ("if cfg!(explore) { return; }", "cfg(explore)"),
        ("#[cfg(not(explore))] return;", "cfg(not (explore))"),
        (
            "#[cfg_attr(explore, inline)] fn a() {}",
            "cfg_attr(explore , inline)",
        ),
        ("explore::primitives::LOOKS;", "explore::primitives::LOOKS"),
        ("use explore::primitives as p;", "explore::primitives"),
        ("primitives::LOOKS;", "explore::primitives::LOOKS"),
        ("explore::never_fails();", "explore::never_fails"),
    ] {
        assert_eq!(refused("", body).as_deref(), Some(what), "{body}");
    }
}

#[test]
fn items_that_print_or_move_messages_are_free_and_so_are_those_of_the_file() {
    for body in [
        "common::say!(\"{}\", common::pid()); common::complain(\"no\");",
        "use common::{Message, encode, frame::{self, read}}; frame::write(a, b);",
        "common::panic_text(&*payload); common::pause(limit);",
        "lane::enter(\"other\"); life::exits(); crate::life::Life::new();",
        "value.life::<u8>(); self.lane.log();",
        "let (common, lane) = (1, 2); common + lane;",
        "explore::primitives::atomic::AtomicBool::new(true);",
        "#[cfg(test)] mod tests {}",
        "let pid = std::process::id();",
        "use std::process; let pid = process::id();",
        "let process = 7_u64; say!(\"{}\", process as u32); self.process as Own;",
        "for process in processes { say!(\"{}\", std::process::id()); process.join(); }",
    ] {
        assert_eq!(refused("", body), None, "{body}");
    }
}

#[test]
fn an_impl_is_for_a_type_or_of_a_trait_of_its_own_where_that_is_seen() {
    for body in [
        "trait Twice { fn twice(&self); } impl Twice for Vec<u8> { fn twice(&self) {} }",
        "mod inner { struct Own; impl Clone for Own {} }",
        "type Own = u8; union Both { a: u8 } impl Both {}",
    ] {
        assert_eq!(refused("", body), None, "{body}");
    }
    for body in [
        "{ struct Life; } impl Drop for Life {}",
        "mod inner { struct Life; } impl Drop for Life {}",
        "struct Own; mod inner { impl Drop for Own {} }",
        "trait Own {} mod inner { impl Own for Life {} }",
        "macro_rules! m { () => { impl Drop for Life {} } }",
        // An inner import or alias has the name of an outer type.
        "struct Life; { use crate::pipe::Life; impl Drop for Life {} }",
        "struct Life; { use crate::pipe::Other as Life; impl Drop for Life {} }",
        "struct Life; { use crate::pipe::*; impl Drop for Life {} }",
        "struct Life; { type Life = crate::pipe::Life; impl Drop for Life {} }",
        "trait Own {} { use crate::pipe::Own; impl Own for Life {} }",
    ] {
        assert!(refused("", body).unwrap().contains("an impl"), "{body}");
    }
}

/// A body that forks could try one answer in each child and return the one with which a child went on.
#[test]
fn a_body_of_a_library_forks_nothing_and_that_of_a_program_may() {
    for (body, what) in [
        ("multiprocess::fork(\"a\");", "fork"),
        ("use multiprocess::{fork as copy}; copy(\"a\");", "fork"),
        ("crate::Process::start(\"a\", target);", "Process"),
        ("multiprocess::Zygote::start(\"a\", target);", "Zygote"),
    ] {
        assert_eq!(refused("", body).as_deref(), Some(what), "{body}");
        let theirs = format!("fn talk(words: &[String]) {{\n{body}\n}}\n");
        let program = format!("{REFERENCE}fn main() {{}}\n");
        assert!(graft(&program, &theirs, &["talk"]).is_ok(), "{body}");
    }
}

/// What a macro imports could hide an outer type of its own.
#[test]
fn a_macro_brings_no_name_into_an_inner_scope() {
    for (item, what) in [
        ("use crate::pipe::Life;", "an import in a macro"),
        ("type Life = crate::pipe::Life;", "a type's name in a macro"),
    ] {
        let by_itself = format!("macro_rules! m {{ () => {{ {item} }} }}");
        let uses = "struct Life; { m!(); impl Drop for Life {} }";
        let found = refused("", &format!("{by_itself} {uses}"));
        assert_eq!(found.as_deref(), Some(what));
        let by_its_call = "macro_rules! m { ($a:item) => { $a } }";
        let uses = uses.replace("m!()", &format!("m!({item})"));
        let found = refused("", &format!("{by_its_call} {uses}"));
        assert_eq!(found.as_deref(), Some(what));
    }
}

#[test]
fn a_body_opens_no_file_and_starts_no_program_whatever_its_path_is_written_like() {
    for (body, what) in [
        ("std::fs::read(\"/proc/self/mem\");", "std::fs"),
        ("use std::{thread, fs}; fs::read(\"a\");", "std::fs"),
        (
            "use std::{io, os::{fd, unix::{fs}}}; fd;",
            "std::os::unix::fs",
        ),
        ("use ::std::{self as s}; s::fs::read(\"a\");", "std::self"),
        ("use std as s; s::fs::read(\"a\");", "std by another name"),
        ("use std::*; fs::read(\"a\");", "std::*"),
        ("smol::fs::read(\"a\");", "smol::fs"),
        ("super::fs::read(\"a\");", "super::fs"),
        ("std::r#fs::read(\"a\");", "the raw name r#fs"),
        ("let r#a = 1;", "the raw name r#a"),
        (
            "use std::process::{Child, Command}; Child::id;",
            "process::Child",
        ),
        ("smol::process::Command::new(\"a\");", "process::Command"),
    ] {
        assert_eq!(refused("", body).as_deref(), Some(what), "{body}");
    }
    for body in [
        "use std::os::unix::net::UnixStream; UnixStream::pair();",
        "let fs = 3; fs + self.env; own.process::<u8>();",
    ] {
        assert_eq!(refused("", body), None, "{body}");
    }
}

#[test]
fn a_body_uses_nothing_of_nix_that_opens_a_file_or_looks_into_memory() {
    for (body, what) in [
        ("nix::fcntl::open(a, b, c);", "nix::fcntl::open"),
        ("use nix::{sys::wait::wait, unistd}; wait();", "nix::unistd"),
        (
            "use nix::unistd::{read, dup2}; read(a, b);",
            "nix::unistd::dup2",
        ),
        ("use nix::unistd::*; dup2(a, b);", "nix::unistd::*"),
        (
            "nix::sys::uio::process_vm_readv(a, b, c);",
            "nix::sys::uio::process_vm_readv",
        ),
        (
            "use nix as n; n::unistd::dup2(a, b);",
            "nix by another name",
        ),
    ] {
        assert_eq!(refused("", body).as_deref(), Some(what), "{body}");
    }
    let at_the_top = refused("use nix::{poll, unistd as u};", "u::dup2(a, b);");
    assert_eq!(at_the_top.as_deref(), Some("nix::unistd"));
    for body in [
        "use nix::{poll::{PollFd, poll}, sys::signal}; signal::raise(signal::Signal::SIGTERM);",
        "nix::unistd::read(&end, &mut bytes)?; nix::sys::wait::wait()?; nix::errno::Errno::EINTR;",
    ] {
        assert_eq!(refused("", body), None, "{body}");
    }
}

/// A macro can put the words of its arguments together in another order.
#[test]
fn a_macro_of_the_body_makes_no_path_that_the_text_does_not_show() {
    for body in [
        "macro_rules! m { ($a:tt $b:tt $c:tt) => { $b $c $a } } m!(fs std ::);",
        "macro_rules! m { ($a:tt) => { std::$a } } m!(fs);",
        "macro_rules! m { ($n:tt $c:tt $p:tt $u:tt) => { $n $c $u } } m!(nix::poll unistd);",
        "macro_rules! m { ($n:tt $c:tt $p:tt $u:tt) => { $n $c $u } } { m!(common::say log) }",
    ] {
        assert!(refused("", body).is_some(), "{body}");
    }
    let free = "macro_rules! twice { ($a:expr) => { $a + $a } } say!(\"{}\", twice!(4)); std::mem::drop(1);";
    assert_eq!(refused("", free), None);
    assert_eq!(
        refused("", "#[test] fn own() { std::fs::read(\"a\"); }"),
        None
    );
}

#[test]
fn an_attribute_changes_nothing_elsewhere() {
    for body in [
        "#[macro_export] macro_rules! say { () => {} }",
        "macro_rules! m { () => { #[macro_export] macro_rules! say { () => {} } } } m!();",
        "#[macro_use] mod inner {}",
        "#[global_allocator] static A: Own = Own;",
        "macro_rules! m { () => { #[path = \"/a.rs\"] mod a; } } m!();",
        "macro_rules! m { ($a:meta) => { #[$a] mod a; } } m!(path = \"/a.rs\");",
        "macro_rules! m { ($($a:item)*) => { $($a)* } } m!(#[path = \"/a.rs\"] mod a;);",
    ] {
        assert!(refused("", body).is_some(), "{body}");
    }
    for (body, what) in [
        ("#[tokio::test] fn own() {}", "the attribute #[tokio::test]"),
        (
            "m!(#[test] fn own() {});",
            "the attribute #[test] in a macro",
        ),
    ] {
        assert_eq!(refused("", body).as_deref(), Some(what), "{body}");
    }
    let free = "#[derive(Debug)] #[must_use] struct Own; #[inline] #[allow(unused)] fn own() {}";
    assert_eq!(refused("", free), None);
}

#[test]
fn a_variable_may_have_the_name_of_a_macro_and_the_macro_is_refused_all_the_same() {
    for body in [
        "let env = 1; let include = env + 1; say!(\"{}\", include); work.env(env).include",
        "fn visit(env: &str, include: bool) { let asm = env; if include != true {} }",
        "struct Own { env: u8 } let own = Own { env: 1 }; own.env as u32;",
    ] {
        assert_eq!(refused("", body), None, "{body}");
    }
    for (body, what) in [
        ("include!(\"a\");", "include"),
        ("let env = env!(\"HOME\");", "env"),
        ("std::include_str!(\"a\");", "include_str"),
        (
            "use std::{include_bytes as bytes, thread};",
            "include_bytes",
        ),
        ("use std::{thread, env}; env::var(\"HOME\");", "std::env"),
        ("env::var(\"HOME\");", "env"),
        (
            "macro_rules! m { ($a:ident, $b:expr) => { $a ! ($b) } } m!(include_str, \"a\")",
            "include_str",
        ),
    ] {
        assert_eq!(refused("", body).as_deref(), Some(what), "{body}");
    }
}

#[test]
fn a_variable_with_the_name_of_a_module_can_be_converted() {
    for body in [
        "let lane = 1; say!(\"{}\", lane as u64);",
        "let life = 1; life as char;",
    ] {
        assert_eq!(refused("", body), None, "{body}");
    }
}

/// A type that is only there in tests is none of the student's, and a name that the parser does not see hides one.
#[test]
fn what_the_parser_does_not_see_or_the_compiler_reads_otherwise_is_refused() {
    for (body, what) in [
        (
            "#[cfg(test)] struct Life; impl Drop for Life { fn drop(&mut self) {} }",
            "an impl for a type that is not declared there",
        ),
        (
            "use {::std::io as own, crate::life::Life as Own};",
            "an item of a rare form",
        ),
        ("explore::primitives::LOO\u{212a}S;", "the Kelvin sign"),
    ] {
        assert_eq!(refused("", body).as_deref(), Some(what), "{body}");
    }
}

/// A check that has the body as a module of its own is built with `test`.
#[test]
fn a_body_does_not_learn_that_it_is_in_a_test() {
    for body in ["if cfg!(test) { return }", "#[cfg(test)] { return }"] {
        assert!(refused("", body).is_some(), "{body}");
    }
}

/// A glob import is refused because only a list of names shows which names of a crate are used.
#[test]
fn a_refused_glob_import_is_reported_with_its_replacement() {
    let theirs = "use common::*;\nfn talk(words: &[String]) {\n    say!(\"{words:?}\");\n}\n";
    let refused = graft(REFERENCE, theirs, &["talk"]).unwrap_err().to_string();
    assert!(refused.contains("common::* is not allowed"), "{refused}");
    assert!(
        refused.contains("import each that you use by its name"),
        "{refused}"
    );
}
