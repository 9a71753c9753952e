//! Parses a Rust file for the grader: its functions by path, and the positions of their bodies.

use std::fmt;
use std::ops::Range;
use std::panic::resume_unwind;
use std::thread;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Block, FnArg, ImplItem, Item, Pat, Signature, Type};

use crate::depth::too_deep;

/// A function with a body, and its path in the file: `story`, `Receiver::iter`,
/// `<Receiver as Drop>::drop`, `ring::put`.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its path in the file.
    pub path: String,
    /// Its signature, as tokens, without the names of its parameters. A student must not change it.
    pub signature: String,
    /// The byte ranges of these names in their order, each with its `mut`.
    pub patterns: Vec<Range<usize>>,
    /// The byte range between the braces of its body.
    pub body: Range<usize>,
    /// The byte range from its first attribute or comment to its last brace.
    pub whole: Range<usize>,
    /// The line of its name, counted from 1.
    pub line: usize,
}

/// The error for a file that is not Rust source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSource {
    /// The line, counted from 1.
    pub line: usize,
    /// What the parser expected.
    pub what: String,
}

impl fmt::Display for NoSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// Returns all functions of a file that have a body, in the order of the file.
///
/// # Errors
/// Returns [`NoSource`] when the text does not parse as Rust.
pub fn functions(source: &str) -> Result<Vec<Function>, NoSource> {
    with_room(|| {
        let file = parse(source)?;
        let mut found = Vec::new();
        in_items(&file.items, "", &mut found);
        Ok(found)
    })
}

/// The stack on which files are parsed, in bytes; the parser takes up to 50 KB for a level of nesting.
const STACK: usize = 64 << 20;

/// Calls a function that parses, in a thread with room for everything that [`parse`] accepts.
pub(crate) fn with_room<T: Send>(call: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK);
        let called = thread.spawn_scoped(scope, call).map(|thread| thread.join());
        match called {
            Ok(Ok(value)) => value,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(error) => panic!("no thread to parse in: {error}"),
        }
    })
}

/// The largest file that is parsed, in bytes.
const MOST_BYTES: usize = 256 << 10;
/// Parses a file. A byte order mark or a `#!` line is refused: the parser would skip it, and
/// positions would not be those of the text.
pub(crate) fn parse(source: &str) -> Result<syn::File, NoSource> {
    let refused = |line, what: &str| {
        let what = what.to_owned();
        Err(NoSource { line, what })
    };
    if source.starts_with('\u{feff}') || source.starts_with("#!") && !source.starts_with("#![") {
        return refused(
            1,
            "a byte order mark or a #! line; save it as plain UTF-8 without them",
        );
    }
    if source.len() > MOST_BYTES {
        return refused(1, "it is longer than 256 KiB");
    }
    let tokens: TokenStream = source
        .parse()
        .map_err(|error: proc_macro2::LexError| NoSource {
            line: error.span().start().line,
            what: error.to_string(),
        })?;
    if let Some(line) = too_deep(tokens) {
        return refused(line, "it is nested too deeply");
    }
    syn::parse_file(source).map_err(|error| NoSource {
        line: error.span().start().line,
        what: error.to_string(),
    })
}

fn in_items(items: &[Item], prefix: &str, found: &mut Vec<Function>) {
    for item in items {
        match item {
            Item::Fn(function) => {
                let name = format!("{prefix}{}", function.sig.ident);
                found.push(function_of(
                    name,
                    &function.sig,
                    &function.block,
                    function.span(),
                ));
            }
            Item::Impl(block) => {
                let Some(of) = name_of(&block.self_ty) else {
                    continue;
                };
                let owner = match &block.trait_ {
                    Some((_, path, _)) => {
                        let last = path.segments.last().map(|part| part.ident.to_string());
                        format!("{prefix}<{of} as {}>", last.unwrap_or_default())
                    }
                    None => format!("{prefix}{of}"),
                };
                for item in &block.items {
                    if let ImplItem::Fn(method) = item {
                        let name = format!("{owner}::{}", method.sig.ident);
                        found.push(function_of(name, &method.sig, &method.block, method.span()));
                    }
                }
            }
            Item::Mod(inner) => {
                if let Some((_, items)) = &inner.content {
                    in_items(items, &format!("{prefix}{}::", inner.ident), found);
                }
            }
            _ => {}
        }
    }
}

fn name_of(of: &Type) -> Option<String> {
    match of {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        Type::Reference(reference) => name_of(&reference.elem),
        _ => None,
    }
}

/// The name of a type that is a single word, with or without parameters; of a reference, the name
/// of the type that it refers to.
pub(crate) fn plain_name(of: &Type) -> Option<String> {
    match of {
        Type::Reference(reference) => plain_name(&reference.elem),
        Type::Path(path) if path.qself.is_none() && path.path.leading_colon.is_none() => {
            let mut parts = path.path.segments.iter();
            let name = parts.next()?.ident.to_string();
            parts.next().is_none().then_some(name)
        }
        _ => None,
    }
}

fn function_of(path: String, signature: &Signature, block: &Block, whole: Span) -> Function {
    let braces = block.brace_token.span;
    let (signature_of_types, patterns) = without_names(signature.clone());
    Function {
        path,
        signature: quote_of(&signature_of_types),
        patterns,
        body: braces.open().byte_range().end..braces.close().byte_range().start,
        whole: whole.byte_range().start..braces.close().byte_range().end,
        line: signature.ident.span().start().line,
    }
}

/// Returns the signature without the plain names of its parameters, which promise nothing to
/// callers, and the byte ranges of these names.
fn without_names(mut signature: Signature) -> (Signature, Vec<Range<usize>>) {
    let mut names = Vec::new();
    for input in &mut signature.inputs {
        match input {
            FnArg::Receiver(receiver) if receiver.reference.is_none() => {
                let end = receiver.self_token.span.byte_range().end;
                let word = receiver.mutability.take().map(|word| word.span);
                let start = word.unwrap_or(receiver.self_token.span);
                names.push(start.byte_range().start..end);
            }
            FnArg::Receiver(_) => {}
            FnArg::Typed(input) => {
                let is_plain = match &*input.pat {
                    Pat::Ident(name) => name.by_ref.is_none() && name.subpat.is_none(),
                    Pat::Wild(_) => true,
                    _ => false,
                };
                if is_plain {
                    names.push(input.pat.span().byte_range());
                    *input.pat = Pat::Verbatim(TokenStream::new());
                }
            }
        }
    }
    (signature, names)
}

/// The tokens without layout and comments, and without the trailing comma that a list has only when
/// it is broken into lines.
fn quote_of(signature: &Signature) -> String {
    without_last_commas(signature.to_token_stream()).to_string()
}

fn without_last_commas(tokens: TokenStream) -> TokenStream {
    let is = |token: &TokenTree, char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == char);
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        if is(&token, '>') && kept.last().is_some_and(|last| is(last, ',')) {
            kept.pop();
        }
        kept.push(match token {
            TokenTree::Group(group) => {
                Group::new(group.delimiter(), without_last_commas(group.stream())).into()
            }
            token => token,
        });
    }
    kept.pop_if(|last| is(last, ','));
    kept.into_iter().collect()
}
