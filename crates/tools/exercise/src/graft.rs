//! Puts a student's bodies into the reference.
//!
//! The grader takes the assigned bodies and the private helpers beside them, and nothing else. So a
//! student does not fail for a neighbour's mistake, and does not pass by changing a test, a
//! manifest, another function, or a signature.

use std::collections::BTreeSet;
use std::ops::Range;

use syn::spanned::Spanned;

use crate::error::GraftError;
use crate::helpers::Helpers;
use crate::paths::words;
use crate::refuse::refuse;
use crate::source::{Function, functions, parse, with_room};
use crate::without_tests::without_tests;

/// Returns the reference with the bodies of the functions `paths` taken from the submission. The
/// helpers of the submission (its imports and private items that the reference does not have) are
/// put at the end of the file, where `super` and `self` mean to them what they mean in the
/// submission. If the reference uses one of their names, they are put inside each of these bodies
/// instead, so they are visible only there and shadow nothing of the reference; then several bodies
/// cannot share a `static`. Parameters have the names and the `mut` that they have in the submission.
///
/// # Errors
/// Returns [`GraftError`] when a function is missing, its signature differs, or the text is refused.
pub fn graft(reference: &str, submission: &str, paths: &[&str]) -> Result<String, GraftError> {
    with_room(|| grafted(reference, submission, paths))
}

fn grafted(reference: &str, submission: &str, paths: &[&str]) -> Result<String, GraftError> {
    let submission = without_tests(submission).map_err(GraftError::NoSource)?;
    let submission = &*submission;
    let ours = functions(reference).map_err(|error| GraftError::Reference(error.to_string()))?;
    let theirs = functions(submission).map_err(GraftError::NoSource)?;
    let parsed = parse(reference).map_err(|error| GraftError::Reference(error.to_string()))?;
    let used = used_outside(reference, &ours, paths);
    let helpers = Helpers::of(&parsed, &used, submission).map_err(GraftError::NoSource)?;
    let mut parts = Vec::new();
    for &path in paths {
        let its = parts_of(path, &ours, &theirs, submission)?;
        for part in its.iter().filter(|part| part.is_body) {
            refuse(reference, submission, part.text, &helpers.parts)?;
        }
        parts.extend(its);
    }
    let places = Places::of(&helpers, &used, paths.len())?;
    parts.sort_by_key(|part| std::cmp::Reverse(part.place.start));
    let (mut grafted, mut in_first) = (reference.to_owned(), Some(places.in_first));
    for part in parts {
        let inside = match part.is_body {
            true => places.in_each.clone() + &in_first.take().unwrap_or_default(),
            false => String::new(),
        };
        // An inner attribute stands before everything else.
        let (attributes, rest) = part.text.split_at(end_of_inner_attributes(part.text));
        grafted.replace_range(part.place, &format!("{attributes}{inside}{rest}"));
    }
    is_reference_elsewhere(reference, &ours, &grafted, paths)?;
    grafted += &places.at_the_end;
    Ok(grafted)
}

/// A text of the submission, and its place in the reference.
struct Part<'a> {
    place: Range<usize>,
    is_body: bool,
    text: &'a str,
}

/// The names of the parameters of a function, and its body.
fn parts_of<'a>(
    path: &str,
    ours: &[Function],
    theirs: &[Function],
    submission: &'a str,
) -> Result<Vec<Part<'a>>, GraftError> {
    let missing = || GraftError::Reference(format!("it has no function {path}"));
    let is_it = |function: &&Function| function.path == path;
    let our = ours.iter().find(is_it).ok_or_else(missing)?;
    let mut all = theirs.iter().filter(is_it);
    let their = all.next();
    let their = their.ok_or_else(|| GraftError::NoFunction(path.to_owned()))?;
    if let Some(second) = all.next() {
        let (what, line) = (format!("a second function {path}"), second.line);
        return Err(GraftError::Refused { what, line });
    }
    if our.signature != their.signature {
        let (path, line) = (path.to_owned(), their.line);
        return Err(GraftError::Signature { path, line });
    }
    let part = |place: &Range<usize>, is_body, text: &Range<usize>| Part {
        place: place.clone(),
        is_body,
        text: &submission[text.clone()],
    };
    let patterns = our.patterns.iter().zip(&their.patterns);
    let mut parts: Vec<_> = patterns
        .map(|(our, their)| part(our, false, their))
        .collect();
    parts.push(part(&our.body, true, &their.body));
    Ok(parts)
}

/// The words that the reference uses outside of the bodies of these functions, which are replaced.
fn used_outside(reference: &str, ours: &[Function], paths: &[&str]) -> BTreeSet<String> {
    let mut bodies: Vec<_> = ours
        .iter()
        .filter(|function| paths.contains(&&*function.path))
        .map(|function| function.body.clone())
        .collect();
    bodies.sort_by_key(|body| std::cmp::Reverse(body.start));
    let mut outside = reference.to_owned();
    for body in bodies {
        outside.replace_range(body, "");
    }
    words(outside.parse().unwrap_or_default())
        .into_iter()
        .collect()
}

/// Where the inner attributes and comments (`#![...]`, `//!`) at the beginning of a body end.
fn end_of_inner_attributes(body: &str) -> usize {
    const BEFORE: &str = "fn f() {";
    let function = syn::parse_str::<syn::ItemFn>(&format!("{BEFORE}{body}\n}}"));
    let attributes = function.map_or_else(|_| Vec::new(), |function| function.attrs);
    let ends = attributes.iter().map(|one| one.span().byte_range().end);
    ends.max().map_or(0, |end| end - BEFORE.len())
}

/// The text of the helpers, by the places where they stand.
struct Places {
    /// In one of the bodies: methods of a type may be there only once.
    in_first: String,
    in_each: String,
    at_the_end: String,
}

impl Places {
    fn of(helpers: &Helpers, used: &BTreeSet<String>, bodies: usize) -> Result<Self, GraftError> {
        let text = |helpers: &[String]| -> String {
            helpers.iter().map(|text| format!("\n{text}\n")).collect()
        };
        match what_hides(helpers, used) {
            None => Ok(Self {
                in_first: String::new(),
                // A macro is visible only after its definition, so macros also stand in the bodies.
                in_each: text(&helpers.macros),
                at_the_end: text(&helpers.all) + &text(&helpers.blocks),
            }),
            Some(what) if bodies > 1 && helpers.have_static() => {
                let what = format!("{what} beside a static");
                Err(GraftError::Refused { what, line: 1 })
            }
            Some(_) => Ok(Self {
                in_first: text(&helpers.blocks),
                in_each: text(&helpers.hidden) + &text(&helpers.all),
                at_the_end: String::new(),
            }),
        }
    }
}

/// Returns what could change the meaning of the reference, which uses these words, if the helpers were visible
/// in the whole file, or `None` if it uses none of their names.
fn what_hides(helpers: &Helpers, used: &BTreeSet<String>) -> Option<String> {
    let mut names = helpers.names().into_iter();
    match names.find(|name| name == "*" || used.contains(name)) {
        Some(name) if name == "*" => Some("a `*` import".to_owned()),
        Some(name) => Some(format!("the name {name}, which the file has already,")),
        None => helpers.have_trait().then(|| "a trait".to_owned()),
    }
}

/// Checks that outside of the assigned bodies the result equals the reference, function by
/// function, whatever the submission's text does to the parser.
fn is_reference_elsewhere(
    reference: &str,
    ours: &[Function],
    grafted: &str,
    paths: &[&str],
) -> Result<(), GraftError> {
    let others = |source: &str, all: &[Function]| -> Vec<(String, String, String)> {
        let others = all.iter().filter(|one| !paths.contains(&&*one.path));
        let part = |one: &Function| {
            let body = source[one.body.clone()].to_owned();
            (one.path.clone(), one.signature.clone(), body)
        };
        others.map(part).collect()
    };
    let now = functions(grafted).map_err(GraftError::NoSource)?;
    match others(reference, ours) == others(grafted, &now) {
        true => Ok(()),
        false => Err(GraftError::Refused {
            what: "text that reaches out of its function".to_owned(),
            line: 1,
        }),
    }
}
