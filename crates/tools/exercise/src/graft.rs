//! Puts a student's bodies into the reference.
//!
//! The grader takes the assigned bodies and the private helpers beside them, and nothing else. So a
//! student does not fail for a neighbour's mistake, and does not pass by changing a test, a
//! manifest, another function, or a signature.

use std::collections::BTreeSet;

use crate::error::GraftError;
use crate::helpers::Helpers;
use crate::paths::words;
use crate::refuse::refuse;
use crate::source::{Function, functions, parse, with_room};

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
    let ours = functions(reference).map_err(|error| GraftError::Reference(error.to_string()))?;
    let theirs = functions(submission).map_err(GraftError::NoSource)?;
    let parsed = parse(reference).map_err(|error| GraftError::Reference(error.to_string()))?;
    let used = words(reference.parse().unwrap_or_default());
    let used: BTreeSet<String> = used.into_iter().collect();
    let helpers = Helpers::of(&parsed, &used, submission).map_err(GraftError::NoSource)?;
    let mut parts = Vec::new();
    for &path in paths {
        let of = |all: &[Function]| all.iter().find(|function| function.path == path).cloned();
        let missing = || GraftError::Reference(format!("it has no function {path}"));
        let our = of(&ours).ok_or_else(missing)?;
        let their = of(&theirs).ok_or_else(|| GraftError::NoFunction(path.to_owned()))?;
        if our.signature != their.signature {
            let (path, line) = (path.to_owned(), their.line);
            return Err(GraftError::Signature { path, line });
        }
        refuse(
            reference,
            submission,
            &submission[their.body.clone()],
            &helpers.parts,
        )?;
        let patterns = our.patterns.into_iter().zip(their.patterns);
        parts.extend(patterns.map(|(our, their)| (our, false, &submission[their])));
        parts.push((our.body, true, &submission[their.body]));
    }
    let (inside, at_the_end) = places(&helpers, &used, paths.len())?;
    parts.sort_by_key(|(place, ..)| std::cmp::Reverse(place.start));
    let mut grafted = reference.to_owned();
    for (place, is_body, their) in parts {
        let inside = if is_body { &*inside } else { "" };
        grafted.replace_range(place, &format!("{inside}{their}"));
    }
    is_reference_elsewhere(reference, &ours, &grafted, paths)?;
    grafted += &at_the_end;
    Ok(grafted)
}

/// Returns the text of the helpers for each of `bodies` bodies, and the text for the end of the file.
fn places(
    helpers: &Helpers,
    used: &BTreeSet<String>,
    bodies: usize,
) -> Result<(String, String), GraftError> {
    let text = |helpers: &[String]| -> String {
        helpers.iter().map(|text| format!("\n{text}\n")).collect()
    };
    match what_hides(helpers, used) {
        // A macro is visible only after its definition, so macros also stand in the bodies.
        None => Ok((text(&helpers.macros), text(&helpers.all))),
        Some(what) if bodies > 1 && helpers.have_static() => {
            let what = format!("{what} beside a static");
            Err(GraftError::Refused { what, line: 1 })
        }
        Some(_) => Ok((text(&helpers.hidden) + &text(&helpers.all), String::new())),
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
