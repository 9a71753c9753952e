//! Measures how deep a text is nested before the parser, which is recursive, gets it.

use std::iter::Peekable;
use std::mem;

use proc_macro2::{Delimiter, TokenStream, TokenTree, token_stream};

/// The deepest nesting of brackets.
const DEEPEST: usize = 100;
/// The most words and signs without an end of a statement or of an item of a list between them, those around
/// all open brackets included. Each may be one level: `return return`, `a.b().b()`.
const LONGEST: usize = 400;

/// Returns the line where a text is nested too deep for the parser. Is not recursive itself.
pub(crate) fn too_deep(tokens: TokenStream) -> Option<usize> {
    let mut open = vec![Open::new(tokens, false)];
    let mut outside = 0;
    while let Some(innermost) = open.last_mut() {
        let Some(token) = innermost.tokens.next() else {
            let was_block = innermost.is_block;
            open.pop();
            if let Some(around) = open.last_mut() {
                outside -= around.row;
                around.goes_on_after(was_block);
            }
            continue;
        };
        innermost.count(&token);
        let row = innermost.row;
        if outside + row > LONGEST || open.len() > DEEPEST {
            return Some(token.span().start().line);
        }
        if let TokenTree::Group(group) = token {
            outside += row;
            let is_block = group.delimiter() == Delimiter::Brace;
            open.push(Open::new(group.stream(), is_block));
        }
    }
    None
}

/// The text between two brackets, as far as it is left.
struct Open {
    tokens: Peekable<token_stream::IntoIter>,
    is_block: bool,
    /// The words and signs that may be levels of nesting here.
    row: usize,
    /// Those of them that a comma does not end: in `A<B, A<B, C>>` and `|a, b| |c| d` it is inside.
    angles: usize,
    /// The signs that begin an attribute, if they came just before.
    attribute: &'static str,
}

impl Open {
    fn new(tokens: TokenStream, is_block: bool) -> Self {
        let (tokens, row, angles, attribute) = (tokens.into_iter().peekable(), 0, 0, "");
        Self {
            tokens,
            is_block,
            row,
            angles,
            attribute,
        }
    }

    fn count(&mut self, token: &TokenTree) {
        // The lines of a comment are attributes, one beside the other.
        let attribute = mem::take(&mut self.attribute);
        match token {
            TokenTree::Group(_) if !attribute.is_empty() => {}
            TokenTree::Punct(sign) => match sign.as_char() {
                ';' => (self.row, self.angles) = (0, 0),
                ',' => self.row = self.angles,
                '#' => self.attribute = "#",
                '!' if attribute == "#" => self.attribute = "#!",
                '<' | '|' => {
                    self.row += 1;
                    self.angles += 1;
                }
                _ => self.row += 1,
            },
            _ => self.row += 1,
        }
    }

    /// Goes on after a bracket was closed. After a block, a word begins a new statement or item, unless the
    /// block is a part of an expression that goes on.
    fn goes_on_after(&mut self, was_block: bool) {
        let is_new = |next: &TokenTree| matches!(next, TokenTree::Ident(word) if word != "else" && word != "as");
        if was_block && self.tokens.peek().is_some_and(is_new) {
            (self.row, self.angles) = (0, 0);
        }
    }
}
