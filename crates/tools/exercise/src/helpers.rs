//! What comes along with a body: the private items that it uses, and what its file imports.

use std::collections::BTreeSet;

use syn::{Item, Visibility};

use crate::imports::imports;
use crate::source::{NoSource, parse, plain_name};

/// The submission's imports and private items that the reference does not have.
///
/// # Errors
/// [`NoSource`], when the submission is no Rust.
pub(crate) fn helpers(reference: &syn::File, submission: &str) -> Result<Vec<String>, NoSource> {
    let theirs = parse(submission)?;
    let known: BTreeSet<String> = reference.items.iter().filter_map(name_of).collect();
    let not_own: BTreeSet<String> = types_of(&reference.items).collect();
    let own: BTreeSet<String> = types_of(&theirs.items)
        .filter(|name| !not_own.contains(name))
        .collect();
    let is_helper = |item: &&Item| match item {
        // Of a type of their own; methods for a type of the reference are left out.
        Item::Impl(item) => is_for_one_of(item, &own),
        item => name_of(item).is_some_and(|name| !known.contains(&name)),
    };
    let texts = theirs.items.iter().filter(is_helper).map(|item| {
        let range = syn::spanned::Spanned::span(item).byte_range();
        submission[range].to_owned()
    });
    Ok(imports(reference, &theirs)
        .into_iter()
        .chain(texts)
        .collect())
}

/// Whether a block is for one of these types, whatever its parameters are. (The name of a parameter of
/// the block means any type.)
pub(crate) fn is_for_one_of(block: &syn::ItemImpl, types: &BTreeSet<String>) -> bool {
    let mut parameters = block.generics.type_params();
    plain_name(&block.self_ty).is_some_and(|name| {
        types.contains(&name) && !parameters.any(|parameter| parameter.ident == name)
    })
}

pub(crate) fn types_of(items: &[Item]) -> impl Iterator<Item = String> {
    let name = |item: &Item| match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        _ => None,
    };
    items.iter().filter_map(name)
}

/// The name of an item that may be a helper.
pub(crate) fn name_of(item: &Item) -> Option<String> {
    let is_private = |visibility: &Visibility| matches!(visibility, Visibility::Inherited);
    let (visibility, name) = match item {
        Item::Fn(item) => (&item.vis, format!("fn {}", item.sig.ident)),
        Item::Struct(item) => (&item.vis, format!("type {}", item.ident)),
        Item::Enum(item) => (&item.vis, format!("type {}", item.ident)),
        Item::Const(item) => (&item.vis, format!("const {}", item.ident)),
        Item::Static(item) => (&item.vis, format!("const {}", item.ident)),
        _ => return None,
    };
    is_private(visibility).then_some(name)
}
