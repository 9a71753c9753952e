//! Puts a student's bodies into the reference.
//!
//! The grader takes the assigned bodies and private helpers beside them, and nothing else: so a
//! student does not fail for a neighbour's mistake, and does not pass by changing a test, a manifest,
//! another function, or what a signature promises.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::iter;

use syn::visit::{self, Visit};
use syn::{Block, Item};

use crate::helpers::{helpers, is_for_one_of, name_of, types_of};
use crate::source::{Function, NoSource, functions, parse};

/// Why a submission is not graded. Each is told to the student; none is a wrong answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraftError {
    /// It is no Rust: the compiler will say more.
    NoSource(NoSource),
    /// An assigned function is missing.
    NoFunction(String),
    /// Its signature has been changed.
    Signature {
        /// Which function.
        path: String,
        /// The line of the submission.
        line: usize,
    },
    /// It uses what no exercise needs and what could reach beyond it.
    Refused {
        /// What: `unsafe`, `include_str!`.
        what: String,
        /// The line of the submission.
        line: usize,
    },
    /// Its checks explore every schedule, and it uses what they cannot.
    CannotBeExplored {
        /// What: `std::sync::Mutex`.
        what: String,
        /// The line of the submission.
        line: usize,
    },
    /// The reference is damaged: a fault of the course, which costs no points.
    Reference(String),
}

impl fmt::Display for GraftError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSource(error) => write!(f, "{error}"),
            Self::NoFunction(path) => write!(f, "the function {path} is missing"),
            Self::Signature { path, line } => write!(
                f,
                "line {line}: the signature of {path} has been changed; only its body is yours"
            ),
            Self::Refused { what, line } => write!(f, "line {line}: {what} is not allowed here"),
            Self::CannotBeExplored { what, line } => write!(
                f,
                "line {line}: with {what} it cannot be explored: the threads take their turns at what \
                 `explore::primitives` has, and at the locks of the course"
            ),
            Self::Reference(what) => write!(f, "the reference is damaged: {what}"),
        }
    }
}

impl Error for GraftError {}

/// The reference with the bodies of the functions `paths` as they stand in the submission. The
/// submission's imports and private items that the reference does not have (helpers) come along,
/// inside of each of these bodies: so they are seen there and nowhere else, and shadow nothing of the
/// reference. With
/// a `static` that several bodies share they stand once, at the end of the file, if the reference
/// has no word that could mean one of them.
///
/// # Errors
/// [`GraftError`].
pub fn graft(reference: &str, submission: &str, paths: &[&str]) -> Result<String, GraftError> {
    let ours = functions(reference).map_err(|error| GraftError::Reference(error.to_string()))?;
    let theirs = functions(submission).map_err(GraftError::NoSource)?;
    let parsed = parse(reference).map_err(|error| GraftError::Reference(error.to_string()))?;
    let helpers = helpers(&parsed, submission).map_err(GraftError::NoSource)?;
    let mut bodies = Vec::new();
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
            &helpers,
        )?;
        bodies.push((our.body, &submission[their.body]));
    }
    let is_shared = paths.len() > 1 && has_static(&helpers, reference)?;
    let helpers: String = helpers.iter().map(|text| format!("\n{text}\n")).collect();
    let (inside, behind) = match is_shared {
        true => ("", helpers.as_str()),
        false => (helpers.as_str(), ""),
    };
    bodies.sort_by_key(|(body, _)| std::cmp::Reverse(body.start));
    let mut grafted = reference.to_owned();
    for (body, their) in bodies {
        grafted.replace_range(body, &format!("{inside}{their}"));
    }
    is_reference_elsewhere(reference, &ours, &grafted, paths)?;
    grafted += behind;
    Ok(grafted)
}

/// The functions of a submission that are not in what came of it, by their paths: another one that was
/// changed, or one that is new and no private helper.
///
/// # Errors
/// [`GraftError::NoSource`].
pub fn left_out(
    grafted: &str,
    submission: &str,
    paths: &[&str],
) -> Result<Vec<String>, GraftError> {
    let theirs = functions(submission).map_err(GraftError::NoSource)?;
    let is_left_out = |function: &Function| {
        !paths.contains(&&*function.path) && !grafted.contains(&submission[function.whole.clone()])
    };
    let left_out = theirs.into_iter().filter(is_left_out);
    Ok(left_out.map(|function| function.path).collect())
}

/// Whether there is a static among the helpers; then no helper may have a name that the reference
/// uses for anything, as it is to be seen in all of the file.
fn has_static(helpers: &[String], reference: &str) -> Result<bool, GraftError> {
    let items: Vec<Item> = helpers
        .iter()
        .filter_map(|helper| syn::parse_str(helper).ok())
        .collect();
    if !items.iter().any(|item| matches!(item, Item::Static(_))) {
        return Ok(false);
    }
    let used: BTreeSet<String> = words(reference.parse().unwrap_or_default())
        .into_iter()
        .collect();
    let names = items.iter().filter_map(name_of);
    let names = names.filter_map(|name| Some(name.split_once(' ')?.1.to_owned()));
    match names.into_iter().find(|name| used.contains(name)) {
        None => Ok(true),
        Some(name) => Err(GraftError::Refused {
            what: format!("the name {name}, which the file has already, beside a static"),
            line: 1,
        }),
    }
}

/// Whatever a submission's text does to the parser: outside of the assigned bodies the result is the
/// reference, function by function.
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

/// Words that no exercise needs, and by which a body could reach its judge; the last ones write into
/// the log, which is a witness.
const WORDS: [&str; 13] = [
    "unsafe",
    "asm",
    "global_asm",
    "include",
    "include_str",
    "include_bytes",
    "env",
    "option_env",
    "extern",
    "link_section",
    "Trace",
    "LastEvent",
    "TaskLane",
];

/// Paths that no exercise needs, and by which a body could reach its judge.
const PATHS: [&str; 7] = [
    "process :: exit",
    "process :: abort",
    "std :: fs",
    "std :: net",
    "std :: process",
    "std :: env",
    "libc",
];

/// Looks for what is not allowed, for a clear word and not for safety: that is the sandbox's. What
/// the reference itself uses is allowed.
fn refuse(
    reference: &str,
    submission: &str,
    body: &str,
    helpers: &[String],
) -> Result<(), GraftError> {
    for part in iter::once(body).chain(helpers.iter().map(String::as_str)) {
        refuse_words(reference, submission, part)?;
        let Ok(block) = syn::parse_str::<Block>(&format!("{{{part}\n}}")) else {
            let line = line_of(submission, part, "");
            return refused("text that is no Rust by itself", line);
        };
        let mut looks = Looks::default();
        helpers.iter().for_each(|helper| looks.knows(helper));
        looks.visit_block(&block);
        if let Some((what, line)) = looks.refused {
            return refused(what, line_of(submission, part, "") + line - 1);
        }
    }
    let mut looks = Looks {
        only_attributes: true,
        ..Looks::default()
    };
    looks.visit_file(&parse(submission).map_err(GraftError::NoSource)?);
    match looks.refused {
        Some((what, line)) => refused(what, line),
        None => Ok(()),
    }
}

fn refused(what: &str, line: usize) -> Result<(), GraftError> {
    let what = what.to_owned();
    Err(GraftError::Refused { what, line })
}

fn refuse_words(reference: &str, submission: &str, part: &str) -> Result<(), GraftError> {
    let in_a_row = |text: &str| -> Option<String> {
        let all = words(text.parse().ok()?).join(" ");
        Some(format!(" {} ", all.replace(": :", "::")))
    };
    let ours = in_a_row(reference).unwrap_or_default();
    let Some(theirs) = in_a_row(part) else {
        let line = line_of(submission, part, "");
        return refused("text that is no Rust by itself", line);
    };
    let has = |text: &str, word: &str| text.contains(&format!(" {word} "));
    for word in WORDS.iter().chain(&PATHS) {
        if has(&theirs, word) && !has(&ours, word) {
            let what = word.replace(' ', "");
            return refused(&what, line_of(submission, part, &what));
        }
    }
    Ok(())
}

/// All words and signs of a text, strings and comments left out.
fn words(tokens: proc_macro2::TokenStream) -> Vec<String> {
    use proc_macro2::TokenTree;
    let word = |token| match token {
        TokenTree::Group(group) => words(group.stream()),
        TokenTree::Literal(_) => Vec::new(),
        token => vec![token.to_string()],
    };
    tokens.into_iter().flat_map(word).collect()
}

fn line_of(submission: &str, part: &str, what: &str) -> usize {
    // An import stands in another form there.
    let Some(start) = submission.find(part) else {
        return 1;
    };
    let first = what.split("::").last().unwrap_or(what);
    let place = part.find(first).map_or(start, |place| start + place);
    submission[..place].matches('\n').count() + 1
}

/// Finds what a list of words does not: another file taken in, and an `impl` for a type that is not
/// the submission's own, by which code elsewhere would change.
#[derive(Default)]
struct Looks {
    own_types: BTreeSet<String>,
    only_attributes: bool,
    refused: Option<(&'static str, usize)>,
}

impl Looks {
    fn knows(&mut self, helper: &str) {
        if let Ok(file) = syn::parse_file(helper) {
            self.own_types.extend(types_of(&file.items));
        }
    }

    fn refuse(&mut self, what: &'static str, span: proc_macro2::Span) {
        self.refused.get_or_insert((what, span.start().line));
    }
}

impl<'a> Visit<'a> for Looks {
    fn visit_attribute(&mut self, attribute: &'a syn::Attribute) {
        if attribute.path().is_ident("path") {
            self.refuse("#[path]", syn::spanned::Spanned::span(attribute));
        }
    }

    fn visit_block(&mut self, block: &'a Block) {
        for statement in &block.stmts {
            if let syn::Stmt::Item(item) = statement {
                self.own_types.extend(types_of(std::slice::from_ref(item)));
            }
        }
        visit::visit_block(self, block);
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        if !self.only_attributes && !is_for_one_of(item, &self.own_types) {
            let span = syn::spanned::Spanned::span(item);
            self.refuse("an impl for a type that is not declared there", span);
        }
        visit::visit_item_impl(self, item);
    }
}
