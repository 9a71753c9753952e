//! Puts a student's bodies into the reference.
//!
//! The grader takes the assigned bodies and private helpers beside them, and nothing else: so a
//! student does not fail for a neighbour's mistake, and does not pass by changing a test, a manifest,
//! another function, or what a signature promises.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Item, Visibility};

use crate::source::{Function, NoSource, functions};

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
            Self::Reference(what) => write!(f, "the reference is damaged: {what}"),
        }
    }
}

impl Error for GraftError {}

/// The reference with the bodies of the functions `paths` as they stand in the submission, and with
/// the submission's private items that the reference does not have (helpers).
///
/// # Errors
/// [`GraftError`].
pub fn graft(reference: &str, submission: &str, paths: &[&str]) -> Result<String, GraftError> {
    let ours = functions(reference).map_err(|error| GraftError::Reference(error.to_string()))?;
    let theirs = functions(submission).map_err(GraftError::NoSource)?;
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
        bodies.push((our.body, &submission[their.body]));
    }
    let helpers = helpers(reference, submission)?;
    let added = bodies
        .iter()
        .map(|(_, body)| *body)
        .chain(helpers.iter().map(String::as_str));
    refuse(reference, submission, &added.collect::<Vec<_>>())?;
    bodies.sort_by_key(|(body, _)| std::cmp::Reverse(body.start));
    let mut grafted = reference.to_owned();
    for (body, their) in bodies {
        grafted.replace_range(body, their);
    }
    for helper in helpers {
        grafted.push('\n');
        grafted.push_str(&helper);
        grafted.push('\n');
    }
    Ok(grafted)
}

/// The submission's private items whose names the reference does not have.
fn helpers(reference: &str, submission: &str) -> Result<Vec<String>, GraftError> {
    let parse = |source: &str| syn::parse_file(source).map_err(|error| error.to_string());
    let ours = parse(reference).map_err(GraftError::Reference)?;
    // It was parsed before, so this cannot fail.
    let theirs = parse(submission).map_err(GraftError::Reference)?;
    let known: BTreeSet<String> = ours.items.iter().filter_map(name_of).collect();
    let new = |item: &&Item| name_of(item).is_some_and(|name| !known.contains(&name));
    let texts = theirs.items.iter().filter(new).map(|item| {
        let range = syn::spanned::Spanned::span(item).byte_range();
        submission[range].to_owned()
    });
    Ok(texts.collect())
}

/// The name of an item that may be a helper.
fn name_of(item: &Item) -> Option<String> {
    let is_private = |visibility: &Visibility| matches!(visibility, Visibility::Inherited);
    let (visibility, name) = match item {
        Item::Fn(item) => (&item.vis, format!("fn {}", item.sig.ident)),
        Item::Struct(item) => (&item.vis, format!("type {}", item.ident)),
        Item::Enum(item) => (&item.vis, format!("type {}", item.ident)),
        Item::Const(item) => (&item.vis, format!("const {}", item.ident)),
        Item::Static(item) => (&item.vis, format!("const {}", item.ident)),
        Item::Use(item) => (&item.vis, item.tree.to_token_stream().to_string()),
        Item::Impl(item) => {
            // By what it is for: of a type of their own, or a trait for one.
            let of = item.self_ty.to_token_stream();
            let of_trait = item
                .trait_
                .as_ref()
                .map(|(_, path, _)| path.to_token_stream());
            return Some(format!("impl {} {of}", of_trait.unwrap_or_default()));
        }
        _ => return None,
    };
    is_private(visibility).then_some(name)
}

/// Words that no exercise needs, and by which a body could reach its judge.
const WORDS: [&str; 10] = [
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
];

/// Paths likewise.
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
fn refuse(reference: &str, submission: &str, added: &[&str]) -> Result<(), GraftError> {
    let tokens = |text: &str| text.parse::<proc_macro2::TokenStream>().unwrap_or_default();
    let ours = words(tokens(reference)).join(" ");
    let has = |text: &str, word: &str| format!(" {text} ").contains(&format!(" {word} "));
    for part in added {
        let theirs = words(tokens(part)).join(" ").replace(": :", "::");
        let ours = ours.replace(": :", "::");
        for word in WORDS.iter().chain(&PATHS) {
            if has(&theirs, word) && !has(&ours, word) {
                let what = word.replace(' ', "");
                let line = line_of(submission, part, &what);
                return Err(GraftError::Refused { what, line });
            }
        }
    }
    let file =
        syn::parse_file(submission).map_err(|error| GraftError::Reference(error.to_string()))?;
    let mut attributes = PathAttribute(None);
    attributes.visit_file(&file);
    match attributes.0 {
        Some(line) => Err(GraftError::Refused {
            what: "#[path]".into(),
            line,
        }),
        None => Ok(()),
    }
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
    let start = submission.find(part).unwrap_or_default();
    let first = what.split("::").last().unwrap_or(what);
    let place = part.find(first).map_or(start, |place| start + place);
    submission[..place].matches('\n').count() + 1
}

/// Finds `#[path = "..."]`, which takes in another file.
struct PathAttribute(Option<usize>);

impl<'a> Visit<'a> for PathAttribute {
    fn visit_attribute(&mut self, attribute: &'a syn::Attribute) {
        if attribute.path().is_ident("path") {
            let line = syn::spanned::Spanned::span(attribute).start().line;
            self.0.get_or_insert(line);
        }
        visit::visit_attribute(self, attribute);
    }
}
