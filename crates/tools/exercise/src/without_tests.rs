//! The text of a submission without what is for tests alone.

use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, Local, Meta};

use crate::source::{NoSource, parse};

/// The text with blanks instead of everything that is compiled for tests alone, which is neither taken nor
/// judged. The rest keeps its lines.
///
/// # Errors
/// Returns [`NoSource`] when the text does not parse as Rust.
pub(crate) fn without_tests(source: &str) -> Result<String, NoSource> {
    let mut tests = Tests(Vec::new());
    tests.visit_file(&parse(source)?);
    let mut text = source.to_owned();
    // The last ones first: a blank may be shorter than the letter in its place.
    tests.0.sort_by_key(|range| std::cmp::Reverse(range.start));
    for range in tests.0 {
        let blank = |letter: char| if letter == '\n' { '\n' } else { ' ' };
        let blanks: String = text[range.clone()].chars().map(blank).collect();
        text.replace_range(range, &blanks);
    }
    Ok(text)
}

/// The places of what is for tests.
struct Tests(Vec<Range<usize>>);

impl Tests {
    /// Notes the place of something with these attributes, if it is for tests.
    fn note(&mut self, attributes: &[Attribute], part: &impl Spanned) -> bool {
        let is_of_tests = is_of_tests(attributes);
        if is_of_tests {
            self.0.push(part.span().byte_range());
        }
        is_of_tests
    }
}

impl<'a> Visit<'a> for Tests {
    fn visit_item(&mut self, item: &'a Item) {
        if !self.note(attributes(item), item) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'a ImplItem) {
        let attributes = match item {
            ImplItem::Const(item) => &item.attrs[..],
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Macro(item) => &item.attrs,
            ImplItem::Type(item) => &item.attrs,
            _ => &[],
        };
        if !self.note(attributes, item) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_local(&mut self, local: &'a Local) {
        if !self.note(&local.attrs, local) {
            visit::visit_local(self, local);
        }
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Returns whether something is for tests alone, which are not built.
fn is_of_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        Meta::Path(path) => path.is_ident("test"),
        Meta::NameValue(_) => false,
    })
}
