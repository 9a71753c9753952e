//! A Rust file as the grader sees it: its functions by their paths, and where their bodies are.

use std::fmt;
use std::ops::Range;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Block, ImplItem, Item, Signature, Type};

/// A function with a body, by its path in the file: `story`, `Receiver::iter`,
/// `<Receiver as Drop>::drop`, `ring::put`.
#[derive(Debug, Clone)]
pub struct Function {
    /// As above.
    pub path: String,
    /// Its signature, as tokens: what has to stay as it is.
    pub signature: String,
    /// The bytes between the braces of its body.
    pub body: Range<usize>,
    /// From its first attribute or comment to its last brace.
    pub whole: Range<usize>,
    /// The line of its name, counted from 1.
    pub line: usize,
}

/// Why a file is no source.
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

/// All functions of a file that have a body, in its order.
///
/// # Errors
/// [`NoSource`], when the text is no Rust.
pub fn functions(source: &str) -> Result<Vec<Function>, NoSource> {
    let file = parse(source)?;
    let mut found = Vec::new();
    in_items(&file.items, "", &mut found);
    Ok(found)
}

/// The longest file that is read.
const MOST_BYTES: usize = 256 << 10;
/// The deepest nesting, and the longest row of signs, that the parser is asked to follow: it recurs.
const DEEPEST: usize = 100;

/// Parses a file whose places are those of the text: without a byte order mark and a `#!` line, which
/// the parser would leave out.
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
    let (mut depth, mut row) = (0_usize, 0_usize);
    for (place, char) in source.char_indices() {
        match char {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        row = match char {
            '!' | '&' | '*' | '-' | '|' | '<' => row + 1,
            char if char.is_whitespace() => row,
            _ => 0,
        };
        if depth > DEEPEST || row > DEEPEST {
            let line = source[..place].matches('\n').count() + 1;
            return refused(line, "it is nested too deeply");
        }
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

/// The name of a type that is called by it alone, with its parameters or without.
pub(crate) fn plain_name(of: &Type) -> Option<String> {
    match of {
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
    Function {
        path,
        signature: quote_of(signature),
        body: braces.open().byte_range().end..braces.close().byte_range().start,
        whole: whole.byte_range().start..braces.close().byte_range().end,
        line: signature.ident.span().start().line,
    }
}

/// The tokens, without layout and comments, and without the comma that may stand after the last of a
/// list: where the list is broken into lines it does, and on one line it does not.
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
