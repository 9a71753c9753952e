//! Tests which new methods of a submission are taken.

use exercise::{GraftError, graft, left_out, outside};

/// A private method is the usual helper of a method. If the reference has its name, it could take the place of a
/// trait's method there.
#[test]
fn new_private_methods_come_along_unless_the_file_has_their_names() {
    let reference = "\
pub struct Count<T>(Vec<T>);
impl<T: Clone> Count<T> {
    pub fn next(&mut self) -> Option<T> { self.0.pop() }
    fn first(&self) -> Option<T> { self.0.first().cloned() }
    pub fn drop_last(&mut self) { self.0.pop(); }
}
";
    let theirs = "\
pub struct Count<T>(Vec<T>);
/// Mine.
impl<T: Clone> Count<T> {
    pub fn next(&mut self) -> Option<T> { self.mine(); self.last() }
    fn first(&self) -> Option<T> { None }
    /// A helper.
    fn last(&mut self) -> Option<T> { self.0.pop() }
    pub fn shown(&self) {}
}
impl<T: Clone> Count<T> {
    fn mine(&self) {}
    fn pop(&self) {}
}
impl<T> Vec<T> { fn other(&self) {} }
";
    let grafted = graft(reference, theirs, &["Count::next"]).unwrap();
    let changed = reference.replace("{ self.0.pop() }", "{ self.mine(); self.last() }");
    let (body, more) = grafted.split_at(changed.len());
    assert_eq!(body, changed);
    for kept in ["/// A helper.\n    fn last(&mut self)", "fn mine(&self)"] {
        assert_eq!(more.matches(kept).count(), 1, "{kept}: {more}");
    }
    let left = left_out(&grafted, theirs, &["Count::next"]).unwrap();
    assert_eq!(
        left,
        ["Count::first", "Count::shown", "Count::pop", "Vec::other"]
    );
    let unsafe_one = theirs.replace("fn mine(&self) {}", "fn mine(&self) { unsafe {} }");
    let refused = graft(reference, &unsafe_one, &["Count::next"]);
    let line = 11;
    let what = "unsafe".to_owned();
    assert_eq!(refused, Err(GraftError::Refused { what, line }));
}

/// The student does not see the solution, so its words are no names of the file.
#[test]
fn a_new_method_may_have_a_name_that_only_the_solution_uses() {
    let reference = "impl Count {\n    fn next(&mut self) { let mark = 1; }\n}\n";
    let theirs =
        "impl Count {\n    fn next(&mut self) { self.mark(); }\n    fn mark(&self) {}\n}\n";
    let grafted = graft(reference, theirs, &["Count::next"]).unwrap();
    assert_eq!(grafted.matches("fn mark(&self) {}").count(), 1, "{grafted}");
}

/// Two of them would be two definitions, wherever they stand.
#[test]
fn new_methods_stand_once_beside_helpers_that_stand_in_each_body() {
    let reference = "\
use std::sync::atomic::Ordering;
impl Count {
    fn first(&self) {}
    fn second(&self) {}
    fn third(&self) { self.0.store(1, Ordering::Relaxed); }
}
";
    let theirs = "\
use std::sync::atomic::Ordering::Relaxed;
impl Count {
    fn first(&self) { self.mine(); }
    fn second(&self) { self.mine(); }
    fn mine(&self) { self.0.store(2, Relaxed); }
}
";
    let grafted = graft(reference, theirs, &["Count::first", "Count::second"]).unwrap();
    let import = "use std::sync::atomic::Ordering::Relaxed;";
    assert_eq!(grafted.matches(import).count(), 2, "{grafted}");
    assert_eq!(grafted.matches("fn mine").count(), 1, "{grafted}");
}

/// A handout's check looks for each of these parts in the student's file.
#[test]
fn a_new_method_stands_between_the_parts_of_an_impl() {
    let reference = "impl Count {\n    pub fn next(&mut self) {}\n    fn first(&self) {}\n}\n";
    let theirs = reference.replace("    fn first", "    fn mine(&self) {}\n    fn first");
    let parts = outside(reference, &["Count::next"]).unwrap();
    let texts: Vec<_> = parts.iter().map(|part| part.text).collect();
    let all = [
        "impl Count {",
        "pub fn next(&mut self) {",
        "}",
        "fn first(&self) {}",
    ];
    assert_eq!(texts, all);
    assert!(texts.iter().all(|text| theirs.contains(text)));
}
