//! Takes the bodies of functions out of a source.

use std::error::Error;
use std::fmt;

use crate::source::{NoSource, functions};

/// Why a body could not be taken out of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CutError {
    /// The file does not parse as Rust.
    NoSource(NoSource),
    /// The file has no function of this path.
    NoFunction(String),
    /// The file has several functions of this path, at these lines.
    Several(String, Vec<usize>),
}

impl fmt::Display for CutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSource(error) => write!(f, "{error}"),
            Self::NoFunction(path) => write!(f, "there is no function {path}"),
            Self::Several(path, lines) => {
                write!(f, "there is more than one function {path}: lines {lines:?}")
            }
        }
    }
}

impl Error for CutError {}

/// Returns the source with the bodies of these functions replaced by their stubs. Everything else
/// stays the same, byte for byte.
///
/// A stub is the text between the braces, such as `todo!("wait until there is an item")`. The stub
/// of a function that returns an `impl Trait` has to compile, and that of a function that a
/// destructor calls must not panic.
///
/// # Errors
/// Returns [`CutError`] when the source does not parse, or has no function of a path or several.
///
/// ```
/// let source = "/// Adds.\nfn add(a: u32, b: u32) -> u32 {\n    // The idea.\n    a + b\n}\n";
/// let handout = exercise::cut(source, &[("add", "todo!()")]).unwrap();
/// assert_eq!(handout, "/// Adds.\nfn add(a: u32, b: u32) -> u32 {\n    todo!()\n}\n");
/// ```
pub fn cut(source: &str, holes: &[(&str, &str)]) -> Result<String, CutError> {
    let all = functions(source).map_err(CutError::NoSource)?;
    let mut bodies = Vec::new();
    for &(path, stub) in holes {
        let mut its = all.iter().filter(|function| function.path == path);
        match (its.next(), its.next()) {
            (Some(function), None) => bodies.push((function.body.clone(), stub)),
            (None, _) => return Err(CutError::NoFunction(path.to_owned())),
            (Some(_), Some(_)) => {
                let its = all.iter().filter(|function| function.path == path);
                let lines = its.map(|function| function.line).collect();
                return Err(CutError::Several(path.to_owned(), lines));
            }
        }
    }
    // Replaced from the last one backwards, so that the positions of the others stay valid.
    bodies.sort_by_key(|(body, _)| std::cmp::Reverse(body.start));
    let mut handout = source.to_owned();
    for (body, stub) in bodies {
        let outside = &source[..body.start];
        let line = outside.rsplit('\n').next().unwrap_or_default();
        let indent: String = line.chars().take_while(|char| *char == ' ').collect();
        let lines = stub.lines().map(|line| format!("\n{indent}    {line}"));
        handout.replace_range(body, &format!("{}\n{indent}", lines.collect::<String>()));
    }
    Ok(handout)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
//! A file.

struct Receiver; // kept

impl Receiver {
    /// Receives.
    #[inline]
    pub fn recv(&self) -> u32 {
        // out
        let closure = || { 1 };
        closure()
    }

    fn other(&self) { /* kept */ }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.recv();
    }
}

mod inner {
    pub fn story() -> impl Iterator<Item = u32> { 0..1 }
}
";

    #[test]
    fn only_the_bodies_change() {
        let holes = [
            ("Receiver::recv", "todo!(\"receive\")"),
            (
                "inner::story",
                "let items: Vec<u32> = todo!();\nitems.into_iter()",
            ),
            ("<Receiver as Drop>::drop", ""),
        ];
        let handout = cut(SOURCE, &holes).unwrap();
        assert!(
            handout.contains(
                "        todo!(\"receive\")\n    }\n\n    fn other(&self) { /* kept */ }"
            )
        );
        assert!(
            handout.contains("    fn drop(&mut self) {\n    }\n"),
            "{handout}"
        );
        assert!(
            handout.contains("        items.into_iter()\n    }\n}\n"),
            "{handout}"
        );
        assert!(!handout.contains("closure"), "{handout}");
        let filled = functions(SOURCE).unwrap();
        let emptied = functions(&handout).unwrap();
        let signatures = |all: &[crate::Function]| -> Vec<_> {
            all.iter()
                .map(|function| (function.path.clone(), function.signature.clone()))
                .collect()
        };
        assert_eq!(signatures(&filled), signatures(&emptied));
    }

    #[test]
    fn a_function_that_is_not_there_is_named() {
        let missing = cut(SOURCE, &[("Receiver::iter", "")]);
        assert_eq!(missing, Err(CutError::NoFunction("Receiver::iter".into())));
        let twice = format!("{SOURCE}\nimpl Receiver {{ fn recv() {{}} }}\n");
        let several = cut(&twice, &[("Receiver::recv", "")]);
        assert!(matches!(several, Err(CutError::Several(_, lines)) if lines.len() == 2));
    }

    #[test]
    fn source_that_is_no_rust_is_an_error_with_its_line() {
        let error = cut("fn a() {}\nfn b( {}\n", &[("a", "")]).unwrap_err();
        assert!(
            matches!(&error, CutError::NoSource(no) if no.line == 2),
            "{error}"
        );
    }
}
