//! Tests which parts of a submission are taken, and which are not.

use exercise::{GraftError, graft, left_out};

const REFERENCE: &str = "\
//! The reference.
use std::io;

pub fn total(numbers: &[u32]) -> u32 {
    numbers.iter().sum()
}

pub fn judged(numbers: &[u32]) -> bool {
    total(numbers) == 6
}
";

fn submission(body: &str, more: &str) -> String {
    format!("use std::io;\npub fn total(numbers: &[u32]) -> u32 {{\n{body}\n}}\n{more}")
}

#[test]
fn the_body_is_taken_and_the_rest_is_the_references() {
    let theirs = submission(
        "    let mut all = 0; // mine\n    for n in numbers { all += n; }\n    all",
        "pub fn judged(_: &[u32]) -> bool { true }",
    );
    let grafted = graft(REFERENCE, &theirs, &["total"]).unwrap();
    assert!(grafted.contains("let mut all = 0; // mine"), "{grafted}");
    assert!(grafted.contains("total(numbers) == 6"), "{grafted}");
    assert!(!grafted.contains("true"), "{grafted}");
    assert!(grafted.starts_with("//! The reference."));
}

#[test]
fn private_helpers_come_along_and_public_ones_do_not() {
    let more = "fn helper(n: &u32) -> u32 { *n }\nstruct Sum(u32);\nimpl Sum { fn add(&mut self) {} }\npub fn shown() {}\n";
    let theirs = submission("    numbers.iter().map(helper).sum()", more);
    let grafted = graft(REFERENCE, &theirs, &["total"]).unwrap();
    for kept in ["fn helper", "struct Sum(u32);", "impl Sum"] {
        assert!(grafted.contains(kept), "{kept}: {grafted}");
    }
    assert!(!grafted.contains("shown"), "{grafted}");
    assert_eq!(grafted.matches("use std::io;").count(), 1);
}

/// A new name changes nothing in the file. A name that the file uses would, so all stands in the body then.
#[test]
fn helpers_stand_beside_the_body_if_their_names_are_new_there() {
    let own =
        "mod own { use super::*; pub(super) fn one() -> u32 { two() } }\nfn two() -> u32 { 2 }\n";
    let theirs = submission("    own::one() + self::two()", own);
    let grafted = graft(REFERENCE, &theirs, &["total"]).unwrap();
    assert!(
        grafted.starts_with(&REFERENCE.replace("numbers.iter().sum()", "own::one() + self::two()"))
    );
    assert_eq!(grafted.matches("mod own").count(), 1, "{grafted}");
    for hides in [
        "fn io() {}",
        "use std::mem::swap as io;",
        "use std::mem::*;",
        "trait Own {}",
    ] {
        let theirs = submission("    own::one()", &format!("{own}{hides}\n"));
        let grafted = graft(REFERENCE, &theirs, &["total"]).unwrap();
        let place = |text: &str| grafted.find(text).unwrap();
        for helper in ["mod own", "fn two", hides] {
            assert!(place("pub fn total") < place(helper), "{grafted}");
            assert!(place(helper) < place("    own::one()"), "{grafted}");
        }
    }
}

#[test]
fn items_that_are_left_out_are_named() {
    let left_out = |more: &str| {
        let theirs = submission("    0", more);
        let grafted = graft(REFERENCE, &theirs, &["total"]).unwrap();
        left_out(&grafted, &theirs, &["total"]).unwrap()
    };
    let none: [&str; 0] = [];
    let same = "pub fn judged(numbers: &[u32]) -> bool {\n    total(numbers) == 6\n}\n";
    assert_eq!(left_out(same), none);
    assert_eq!(
        left_out("fn helper() {}\nstruct Sum;\nimpl Sum { fn add() {} }\n"),
        none
    );
    let changed = "pub fn judged(_: &[u32]) -> bool { true }\npub fn shown() {}\n";
    assert_eq!(left_out(changed), ["judged", "shown"]);
    assert_eq!(
        left_out("impl Judge { fn helper(&self) {} }\n"),
        ["Judge::helper"]
    );
}

#[test]
fn a_helper_with_parameters_brings_its_methods() {
    let more =
        "struct Sum<'a, T>(&'a [T]);\nimpl<T: Copy> Iterator for Sum<'_, T> { type Item = T; }\n";
    let grafted = graft(REFERENCE, &submission("    0", more), &["total"]).unwrap();
    for kept in ["struct Sum<'a, T>", "impl<T: Copy> Iterator for Sum<'_, T>"] {
        assert!(grafted.contains(kept), "{kept}: {grafted}");
    }
    let inside = submission(&format!("    {more}    0"), "");
    assert!(graft(REFERENCE, &inside, &["total"]).is_ok());
    let foreign = submission(
        "    struct Sum;\n    impl Clone for super::Sum {}\n    0",
        "",
    );
    assert!(graft(REFERENCE, &foreign, &["total"]).is_err());
    let any = submission("    struct Own;\n    impl<Own> Judge for Own {}\n    0", "");
    assert!(graft(REFERENCE, &any, &["total"]).is_err());
}

#[test]
fn imports_with_a_glob_reach_the_bodies_alone() {
    let theirs = "\
use std::{io::{self, Read as _}, iter::Sum, mem::*};
use std::collections::{BTreeSet as Set, BTreeMap};
pub use std::rc::Rc;
pub fn total(numbers: &[u32]) -> u32 { u32::sum(numbers.iter().copied()) }
";
    let grafted = graft(REFERENCE, theirs, &["total"]).unwrap();
    let body = grafted.find("u32::sum").unwrap();
    for import in [
        "use std::io::Read as _;",
        "use std::iter::Sum;",
        "use std::mem::*;",
        "use std::collections::BTreeSet as Set;",
        "use std::collections::BTreeMap;",
    ] {
        let places: Vec<_> = grafted.match_indices(import).collect();
        assert_eq!(places.len(), 1, "{import}: {grafted}");
        assert!(places[0].0 < body && places[0].0 > grafted.find("fn total").unwrap());
    }
    assert!(!grafted.contains("Rc"), "{grafted}");
}

#[test]
fn a_glob_does_not_hide_what_the_submission_imports_by_name() {
    let reference = REFERENCE.replace("use std::io;", "use std::io::{self, Read};");
    let by_glob = "use std::io::{self, Read};\nuse std::mem::*;\n";
    let body = "pub fn total(numbers: &[u32]) -> u32 { io::empty(); 0 }\n";
    let grafted = graft(&reference, &format!("{by_glob}{body}"), &["total"]).unwrap();
    let begin = grafted.find("fn total").unwrap();
    for import in ["use std::io;", "use std::io::Read;", "use std::mem::*;"] {
        assert!(grafted[begin..].contains(import), "{import}: {grafted}");
    }
    // Without the name, or without a glob of its own, the import hides nothing.
    for without in [
        by_glob.replace(", Read", ""),
        by_glob.replace("mem::*", "mem::swap"),
    ] {
        let grafted = graft(&reference, &format!("{without}{body}"), &["total"]).unwrap();
        assert!(!grafted.contains("use std::io::Read;"), "{grafted}");
    }
}

#[test]
fn an_item_that_is_not_allowed_is_not_imported_either() {
    for import in ["std::process::exit", "std::{process::{abort as end}}"] {
        let theirs = format!("use {import};\n{}", submission("    0", ""));
        let refused = graft(REFERENCE, &theirs, &["total"]);
        assert!(
            matches!(refused, Err(GraftError::Refused { .. })),
            "{import}: {refused:?}"
        );
    }
}

#[test]
fn the_whole_file_of_a_public_type_brings_its_methods_only_once() {
    let reference = "\
pub struct Count(u32);
impl Count {
    pub fn get(&self) -> u32 { self.0 }
    pub fn next(&mut self) { self.0 += 1; }
}
impl Drop for Count {
    fn drop(&mut self) { self.next(); }
}
";
    let theirs = reference.replace("self.0 += 1", "self.0 = self.get() + 1");
    assert_eq!(graft(reference, &theirs, &["Count::next"]).unwrap(), theirs);
}

#[test]
fn a_static_that_two_bodies_share_is_one_static() {
    let theirs = "\
static GATE: Gate = Gate(1);
struct Gate(u32);
pub fn total(numbers: &[u32]) -> u32 { GATE.0 }
pub fn judged(numbers: &[u32]) -> bool { GATE.0 == 1 }
";
    let grafted = graft(REFERENCE, theirs, &["total", "judged"]).unwrap();
    for once in ["static GATE", "struct Gate"] {
        assert_eq!(grafted.matches(once).count(), 1, "{grafted}");
    }
    // An item that two bodies share must not change the meaning of another function.
    let theirs = theirs.replace("struct Gate(u32);", "struct Gate(u32);\nfn io() {}");
    let refused = graft(REFERENCE, &theirs, &["total", "judged"]);
    assert!(
        matches!(refused, Err(GraftError::Refused { .. })),
        "{refused:?}"
    );
}

/// A static that two bodies share stands in the file, and all that it needs with it.
#[test]
fn what_stands_in_the_file_beside_a_static_changes_nothing_there() {
    let with = |item: &str| {
        let bodies = "pub fn total(numbers: &[u32]) -> u32 { A }\npub fn judged(numbers: &[u32]) -> bool { A == 1 }";
        let theirs = format!("static A: u32 = 1;\n{item}\n{bodies}\n");
        graft(REFERENCE, &theirs, &["total", "judged"])
    };
    for item in [
        "use std::mem::forget as io;",
        "use std::mem::{swap, forget as total};",
        "mod own { pub fn total() {} }\nuse own::*;",
        "thread_local! { static OWN: u32 = 1; static total: u32 = 2; }",
        "trait Own { fn total(self) -> u32; }\nimpl Own for &[u32] { fn total(self) -> u32 { 6 } }",
        "mod own { pub trait Total { fn sum(self) -> u32; } impl Total for &[u32] {} }\nuse own::Total as _;",
    ] {
        let refused = with(item);
        assert!(
            matches!(refused, Err(GraftError::Refused { .. })),
            "{item}: {refused:?}"
        );
    }
    for item in [
        "use std::mem::{self, swap};",
        "struct Own(u32);\nimpl Own { fn own(&self) {} }",
    ] {
        assert!(with(item).is_ok(), "{item}");
    }
}

/// Only at its beginning may a body have them.
#[test]
fn inner_attributes_and_comments_stay_at_the_beginning_of_a_body() {
    let begin = "\n    #![allow(unused)]\n    //! Mine.";
    let theirs = submission(
        &format!("{begin}\n    one()"),
        "fn one() -> u32 { 1 }\nfn io() {}",
    );
    let grafted = graft(REFERENCE, &theirs, &["total"]).unwrap();
    assert!(
        grafted.contains(&format!("-> u32 {{\n{begin}\nfn one()")),
        "{grafted}"
    );
}

#[test]
fn of_two_functions_of_one_name_none_is_chosen() {
    let theirs = submission(
        "    0",
        "#[cfg(any())]\npub fn total(numbers: &[u32]) -> u32 { 6 }",
    );
    let refused = graft(REFERENCE, &theirs, &["total"]);
    let (what, line) = ("a second function total".to_owned(), 6);
    assert_eq!(refused, Err(GraftError::Refused { what, line }));
}

#[test]
fn a_changed_signature_is_refused() {
    let theirs = submission("    0", "").replace("-> u32", "-> u64");
    let refused = graft(REFERENCE, &theirs, &["total"]);
    assert_eq!(
        refused,
        Err(GraftError::Signature {
            path: "total".into(),
            line: 2
        })
    );
}

#[test]
fn the_layout_of_a_signature_is_the_students_own() {
    let reference =
        "fn f(\n    a: &Value<\n        u32,\n    >,\n    b: (u8, u8),\n) -> u8 {\n    0\n}\n";
    let theirs = "fn f(a: &Value<u32>, b: (u8, u8)) -> u8 { b.0 }";
    let grafted = graft(reference, theirs, &["f"]).unwrap();
    assert!(grafted.contains("b.0"), "{grafted}");
    let other = theirs.replace("(u8, u8)", "(u8, u16)");
    assert!(graft(reference, &other, &["f"]).is_err());
}

#[test]
fn a_missing_function_and_a_text_that_is_no_rust_are_named() {
    let refused = graft(REFERENCE, "fn other() {}", &["total"]);
    assert_eq!(refused, Err(GraftError::NoFunction("total".into())));
    let refused = graft(REFERENCE, "fn total( {", &["total"]);
    assert!(matches!(refused, Err(GraftError::NoSource(no)) if no.line == 1));
}

#[test]
fn a_body_that_reaches_beyond_the_exercise_is_refused_with_its_line() {
    for (body, what) in [
        ("    unsafe { numbers.get_unchecked(0); }\n    0", "unsafe"),
        (
            "    let text = include_str!(\"/etc/passwd\");\n    0",
            "include_str",
        ),
        ("    std::process::exit(0)", "process::exit"),
        ("    let _ = std::fs::read(\"x\");\n    0", "std::fs"),
        ("    let a = env!(\"HOME\");\n    0", "env"),
    ] {
        let refused = graft(REFERENCE, &submission(body, ""), &["total"]);
        assert_eq!(
            refused,
            Err(GraftError::Refused {
                what: what.into(),
                line: 3
            }),
            "{body}"
        );
    }
    let more = "#[path = \"../reference.rs\"]\nmod reference;\n";
    let refused = graft(REFERENCE, &submission("    0", more), &["total"]);
    assert!(matches!(refused, Err(GraftError::Refused { what, .. }) if what == "#[path]"));
}

#[test]
fn words_in_strings_and_comments_are_no_offence() {
    let body = "    // unsafe, std::fs\n    let text = \"unsafe std::process::exit\";\n    text.len() as u32";
    assert!(graft(REFERENCE, &submission(body, ""), &["total"]).is_ok());
}

#[test]
fn a_damaged_reference_is_the_courses_own_fault() {
    let refused = graft("fn", &submission("    0", ""), &["total"]);
    assert!(matches!(refused, Err(GraftError::Reference(_))));
}

#[test]
fn nothing_reaches_out_of_its_function() {
    let reference = REFERENCE.replace("total(numbers) ==", "drop(io::empty()); total(numbers) ==");
    let shadows = "fn drop<T>(value: T) { std::mem::forget(value) }\n";
    let grafted = graft(&reference, &submission("    0", shadows), &["total"]).unwrap();
    let judged = grafted.find("pub fn judged").unwrap();
    assert!(grafted.find("fn drop").unwrap() < judged);
    let foreign = "impl Drop for Total { fn drop(&mut self) {} }\n";
    let grafted = graft(REFERENCE, &submission("    0", foreign), &["total"]).unwrap();
    assert!(!grafted.contains("impl Drop"), "{grafted}");
    let nested = submission("    impl Clone for super::Total {}\n    0", "");
    let refused = graft(REFERENCE, &nested, &["total"]);
    assert!(matches!(refused, Err(GraftError::Refused { what, .. }) if what.contains("impl")));
}

#[test]
fn a_file_whose_places_the_parser_would_move_is_refused() {
    for start in ["\u{feff}", "#!/usr/bin/env rust\n"] {
        let theirs = format!("{start}{}", submission("    0 /* } */", ""));
        let refused = graft(REFERENCE, &theirs, &["total"]);
        assert!(
            matches!(refused, Err(GraftError::NoSource(_))),
            "{refused:?}"
        );
    }
}

#[test]
fn source_that_would_overflow_the_parser_is_refused() {
    for deep in ["(", "!", "- "] {
        let theirs = submission(&format!("    {}", deep.repeat(20_000)), "");
        let refused = graft(REFERENCE, &theirs, &["total"]);
        assert!(
            matches!(refused, Err(GraftError::NoSource(_))),
            "{refused:?}"
        );
    }
}
