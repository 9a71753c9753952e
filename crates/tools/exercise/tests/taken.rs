//! Tests which items are taken together with a body, and the report on those that are not.

use exercise::{GraftError, graft, left_out};

const REFERENCE: &str = "\
use std::io;

const WAIT: u64 = 5;

/// A job.
#[derive(Debug)]
struct Job {
    name: String,
    /// A list, and a type with two signs in a row.
    list: Vec<Vec<u8>>,
}

impl Job {
    const MOST: u32 = 3;
}

pub fn total(numbers: &[u32], by: u32) -> u32 {
    numbers.iter().sum::<u32>() * by
}

pub fn judged(self_: Job, numbers: &[u32]) -> bool {
    total(numbers, 1) == 6
}
";

#[test]
fn types_traits_macros_modules_and_values_of_each_thread_come_along() {
    let theirs = REFERENCE.replace(
        "pub fn total",
        "\
type Sum = u32;
trait Add { fn add(&self) -> Sum; }
impl Add for [u32] { fn add(&self) -> Sum { self.iter().sum() } }
union Both { a: u32, b: f32 }
macro_rules! twice { ($a:expr) => { $a + $a }; }
thread_local! { static SEEN: u32 = 1; }
mod inner { pub fn one() -> u32 { 1 } }
pub fn total",
    );
    let grafted = graft(REFERENCE, &theirs, &["total"]).unwrap();
    for kept in [
        "type Sum",
        "trait Add",
        "impl Add for [u32]",
        "union Both",
        "macro_rules! twice",
        "static SEEN",
        "mod inner",
    ] {
        assert_eq!(grafted.matches(kept).count(), 1, "{kept}: {grafted}");
        assert!(grafted.find(kept) > grafted.find("fn total"), "{kept}");
    }
    let none: [&str; 0] = [];
    assert_eq!(left_out(&grafted, &theirs, &["total"]).unwrap(), none);
}

#[test]
fn a_test_of_the_students_is_neither_taken_nor_refused() {
    let theirs = "\
fn one() -> u32 { 1 }
#[test]
fn one_is_one() { assert_eq!(one(), 1); }
#[cfg(test)]
use std::process::Command;
mod own {
    #[cfg(test)]
    mod tests { #[test] fn three_is_three() { std::fs::read(\"a\"); } }
}
#[cfg(test)]
struct Only_is_for_tests;
#[cfg(test)]
mod tests { #[test] fn two_is_two() {} }
pub fn total";
    let theirs = REFERENCE.replace("pub fn total", theirs);
    let grafted = graft(REFERENCE, &theirs, &["total"]).unwrap();
    assert!(grafted.contains("fn one()"), "{grafted}");
    assert!(!grafted.contains("_is_"), "{grafted}");
    assert!(!grafted.contains("Command"), "{grafted}");
    let none: [&str; 0] = [];
    assert_eq!(left_out(&grafted, &theirs, &["total"]).unwrap(), none);
}

#[test]
fn an_impl_for_a_reference_to_an_own_type_or_with_parameters_comes_along() {
    let helpers = "\
struct Own<T>(T);
impl<T: Copy> From<T> for Own<T> { fn from(it: T) -> Self { Self(it) } }
impl<T: Copy> Iterator for &Own<T> { type Item = T; fn next(&mut self) -> Option<T> { None } }
impl<'a, T> PartialEq<&'a mut Own<T>> for &'a mut Own<T> { fn eq(&self, _: &Self) -> bool { true } }
impl<Own> Clone for &Own { fn clone(&self) -> Self { self } }
";
    let theirs = REFERENCE.replace("pub fn total", &format!("{helpers}pub fn total"));
    let grafted = graft(REFERENCE, &theirs, &["total"]).unwrap();
    // The last impl is left out, because it is for references to any type.
    let left_out = left_out(&grafted, &theirs, &["total"]).unwrap();
    assert_eq!(left_out, ["<Own as Clone>::clone"], "{grafted}");
    let inside = REFERENCE.replace("numbers.iter()", &format!("{helpers}numbers.iter()"));
    let refused = graft(REFERENCE, &inside, &["total"]);
    assert!(
        matches!(&refused, Err(GraftError::Refused { line: 22, .. })),
        "{refused:?}"
    );
}

#[test]
fn all_that_is_left_out_is_named() {
    let theirs = REFERENCE
        .replace("WAIT: u64 = 5", "WAIT: u64 = 50")
        .replace("name: String,", "name: String,\n    more: u32,")
        .replace("MOST: u32 = 3", "MOST: u32 = 4")
        .replace("== 6", "== 7")
        + "\
pub type Shown = u32;
pub(crate) trait Seen {}
mod elsewhere;
#[cfg(test)]
mod tests {
    fn helper() {}
}
";
    let grafted = graft(REFERENCE, &theirs, &["total"]).unwrap();
    assert_eq!(
        left_out(&grafted, &theirs, &["total"]).unwrap(),
        [
            "judged",
            "const WAIT",
            "struct Job",
            "MOST of Job",
            "type Shown",
            "trait Seen",
            "mod elsewhere"
        ]
    );
    let same = graft(REFERENCE, REFERENCE, &["total"]).unwrap();
    assert!(left_out(&same, REFERENCE, &["total"]).unwrap().is_empty());
    // A change of an item's documentation does not count as a change of the item.
    let theirs = REFERENCE.replace("const WAIT", "/// In seconds.\nconst WAIT");
    let grafted = graft(REFERENCE, &theirs, &["total"]).unwrap();
    assert!(left_out(&grafted, &theirs, &["total"]).unwrap().is_empty());
}

#[test]
fn the_name_of_a_parameter_and_its_mut_are_the_students() {
    for (ours, theirs) in [
        ("numbers: &[u32], by: u32", "numbers: &[u32], mut by: u32"),
        ("numbers: &[u32], by: u32", "mut all: &[u32], _: u32"),
        ("mut self, by: u32", "self, by: u32"),
        ("self, mut by: u32", "mut self, _by: u32"),
    ] {
        let with = |inputs: &str| REFERENCE.replace("numbers: &[u32], by: u32", inputs);
        let grafted = graft(&with(ours), &with(theirs), &["total"]).unwrap();
        assert_eq!(grafted, with(theirs));
    }
    for other in [
        "numbers: &[u32], by: u64",
        "numbers: &[u32], (by): u32",
        "numbers: &[u32]",
    ] {
        let theirs = REFERENCE.replace("numbers: &[u32], by: u32", other);
        let refused = graft(REFERENCE, &theirs, &["total"]);
        assert!(
            matches!(refused, Err(GraftError::Signature { .. })),
            "{other}"
        );
    }
}

#[test]
fn a_static_in_a_function_that_two_bodies_share_is_one_static() {
    let theirs = REFERENCE.replace(
        "pub fn total",
        "\
macro_rules! one { () => { 1 }; }
fn gate(name: &'static str) -> u32 { static GATE: u32 = one!(); GATE }
pub fn total",
    );
    let theirs = theirs.replace("== 6", "== one!()");
    let grafted = graft(REFERENCE, &theirs, &["total", "judged"]).unwrap();
    assert_eq!(grafted.matches("static GATE").count(), 1, "{grafted}");
    // A macro is visible only after its definition.
    let macros: Vec<usize> = grafted
        .match_indices("macro_rules! one")
        .map(|at| at.0)
        .collect();
    assert_eq!(macros.len(), 3, "{grafted}");
    assert!(macros[1] < grafted.find("== one!()").unwrap(), "{grafted}");
    // A lifetime of this name is not a static, so each body may have a copy if a name is not new.
    let theirs = theirs
        .replace("static GATE: u32 = one!(); GATE", "1")
        .replace("fn gate", "fn io() {}\nfn gate");
    let grafted = graft(REFERENCE, &theirs, &["total", "judged"]).unwrap();
    assert_eq!(grafted.matches("fn gate").count(), 2, "{grafted}");
}

#[test]
fn rows_of_stars_and_long_lines_of_signs_are_no_nesting() {
    let row = "*".repeat(300);
    let theirs = REFERENCE.replace(
        "numbers.iter()",
        &format!(
            "/*{row}\n{row}*/ // {row}\n // --------------{}\n \"{row}\".len(); numbers.iter()",
            "-".repeat(200)
        ),
    );
    assert!(graft(REFERENCE, &theirs, &["total"]).is_ok());
    for deep in ["(", "!", "- ", "/**/ & "] {
        let theirs = REFERENCE.replace("numbers.iter()", &deep.repeat(20_000));
        let refused = graft(REFERENCE, &theirs, &["total"]);
        assert!(matches!(refused, Err(GraftError::NoSource(_))), "{deep}");
    }
    let deep = format!("{}1{}", "(".repeat(20_000), ")".repeat(20_000));
    let refused = graft(
        REFERENCE,
        &REFERENCE.replace("numbers.iter()", &deep),
        &["total"],
    );
    assert!(matches!(refused, Err(GraftError::NoSource(no)) if no.what.contains("deeply")));
}
