//! The parts of a file that are not the student's.

use std::iter;
use std::ops::Range;

use syn::spanned::Spanned;
use syn::{Item, Visibility};

use crate::source::{NoSource, functions, parse, with_room};

/// A text that has to stay in the file as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// The line that identifies its item, such as `fn talk(words: &[String]) -> StoryResult`.
    pub item: &'a str,
    /// The item, or the part of it before, between or after the student's parts.
    pub text: &'a str,
}

/// Returns the parts of a file outside of the functions `paths`. Left out are the bodies of these
/// functions, the names of their parameters, and all private imports.
///
/// # Errors
/// Returns [`NoSource`] when the text does not parse as Rust.
///
/// ```
/// let source = "const A: u32 = 1;\n/// Adds.\nfn add(a: u32) -> u32 {\n    a\n}\n";
/// let parts = exercise::outside(source, &["add"]).unwrap();
/// let texts: Vec<_> = parts.iter().map(|part| part.text).collect();
/// assert_eq!(texts, ["const A: u32 = 1;", "/// Adds.\nfn add(", ": u32) -> u32 {", "}"]);
/// assert_eq!(parts[1].item, "fn add(a: u32) -> u32");
/// ```
pub fn outside<'a>(source: &'a str, paths: &[&str]) -> Result<Vec<Part<'a>>, NoSource> {
    with_room(|| parts(source, paths))
}

fn parts<'a>(source: &'a str, paths: &[&str]) -> Result<Vec<Part<'a>>, NoSource> {
    let functions = functions(source)?.into_iter();
    let functions = functions.filter(|one| paths.contains(&&*one.path));
    let mut theirs: Vec<Range<usize>> = functions
        .flat_map(|one| one.patterns.into_iter().chain([one.body]))
        .collect();
    theirs.sort_by_key(|range| range.start);
    let mut parts = Vec::new();
    for item in parse(source)?.items {
        if matches!(&item, Item::Use(item) if matches!(item.vis, Visibility::Inherited)) {
            continue;
        }
        for whole in pieces(&item) {
            let item = first_line(&source[whole.clone()]);
            let mut from = whole.start;
            for hole in theirs.iter().filter(|hole| whole.contains(&hole.start)) {
                let text = &source[from..hole.start];
                parts.push(Part { item, text });
                from = hole.end;
            }
            let text = &source[from..whole.end];
            parts.push(Part { item, text });
        }
    }
    Ok(parts)
}

/// The pieces of an item between which something new may stand: those of an `impl` are its beginning and its
/// functions.
fn pieces(item: &Item) -> Vec<Range<usize>> {
    let whole = item.span().byte_range();
    let Item::Impl(block) = item else {
        return vec![whole];
    };
    let beginning = whole.start..block.brace_token.span.open().byte_range().end;
    let parts = block.items.iter().map(|part| part.span().byte_range());
    iter::once(beginning).chain(parts).collect()
}

/// The first line that is neither a comment nor an attribute.
fn first_line(item: &str) -> &str {
    let mut lines = item.lines().map(str::trim);
    let is_words = |line: &&str| !line.starts_with("//") && !line.starts_with("#[");
    let line = lines.find(is_words).unwrap_or_default();
    line.trim_end_matches('{').trim_end()
}
