//! Finds paths among the tokens of a text. What a path refers to is known by its name alone.

use std::cell::RefCell;

use proc_macro2::{TokenStream, TokenTree};

pub(crate) fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// The tokens after `::`, if these tokens begin with it.
pub(crate) fn after_colons(rest: &[TokenTree]) -> Option<&[TokenTree]> {
    match rest {
        [one, other, rest @ ..] if is_sign(one, ':') && is_sign(other, ':') => Some(rest),
        _ => None,
    }
}

/// The ends of the paths that begin here: `sync::Arc` and `sync::Mutex` for `sync::{Arc, Mutex}`.
pub(crate) fn ends(rest: &[TokenTree]) -> Vec<String> {
    match rest {
        [TokenTree::Group(group), ..] => {
            let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
            let parts = tokens.split(|token| is_sign(token, ','));
            parts.flat_map(ends).collect()
        }
        [TokenTree::Ident(part), rest @ ..] => match after_colons(rest) {
            Some(rest) => {
                let inner = ends(rest).into_iter();
                inner.map(|end| format!("{part}::{end}")).collect()
            }
            None => vec![part.to_string()],
        },
        [sign, ..] => vec![sign.to_string()],
        [] => Vec::new(),
    }
}

/// Calls `see` for each word of a text, with the tokens before and after it in its group, until it
/// returns a value. Returns that value and the word's line.
pub(crate) fn first_word<T>(
    tokens: TokenStream,
    see: &impl Fn(&[TokenTree], &str, &[TokenTree]) -> Option<T>,
) -> Option<(T, usize)> {
    let all: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in all.iter().enumerate() {
        let found = match token {
            TokenTree::Group(group) => first_word(group.stream(), see),
            TokenTree::Ident(name) => {
                let found = see(&all[..index], &name.to_string(), &all[index + 1..]);
                found.map(|what| (what, name.span().start().line))
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Calls `see` for each word of a text, with the tokens after it in its group.
pub(crate) fn each_word(tokens: TokenStream, see: &mut impl FnMut(&str, &[TokenTree])) {
    let see = RefCell::new(see);
    let _all = first_word::<()>(tokens, &|_, name, rest| {
        (see.borrow_mut())(name, rest);
        None
    });
}

/// The first of these words that a text contains, and its line.
pub(crate) fn first_of(
    tokens: TokenStream,
    words: &[&'static str],
) -> Option<(&'static str, usize)> {
    let is_one = |_: &[_], name: &str, _: &[_]| words.iter().find(|one| **one == name).copied();
    first_word(tokens, &is_one)
}

/// All words and signs of a text, without literals and comments.
pub(crate) fn words(tokens: TokenStream) -> Vec<String> {
    let word = |token| match token {
        TokenTree::Group(group) => words(group.stream()),
        TokenTree::Literal(_) => Vec::new(),
        token => vec![token.to_string()],
    };
    tokens.into_iter().flat_map(word).collect()
}
