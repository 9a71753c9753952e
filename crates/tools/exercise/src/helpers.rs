//! The helpers of a submission: the private items that its bodies use, and the imports of its file.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::{Item, Visibility};

use crate::imports::{hidden, imported_names, imports};
use crate::methods::Methods;
use crate::paths::{is_sign, words};
use crate::source::{NoSource, parse, plain_name};

/// The items of a submission that are taken together with its bodies.
pub(crate) struct Helpers {
    /// The imports and private items that the reference does not have.
    pub(crate) all: Vec<String>,
    /// `impl` blocks with new methods for types of the reference.
    pub(crate) blocks: Vec<String>,
    /// The items, and the methods without their blocks, in the words of the submission.
    pub(crate) parts: Vec<String>,
    /// The macros among them, which are visible only after their definitions.
    pub(crate) macros: Vec<String>,
    /// Imports of the reference that a glob of the helpers would hide, to be repeated beside the helpers.
    pub(crate) hidden: Vec<String>,
}

impl Helpers {
    /// Collects the helpers of a submission: the items that this reference, which uses these words, does not
    /// have.
    ///
    /// # Errors
    /// Returns [`NoSource`] when the submission does not parse as Rust.
    pub(crate) fn of(
        reference: &syn::File,
        used: &BTreeSet<String>,
        submission: &str,
    ) -> Result<Self, NoSource> {
        let theirs = parse(submission)?;
        let known: BTreeSet<String> = reference.items.iter().filter_map(name_of).collect();
        let own = |names: fn(&[Item]) -> BTreeSet<String>| -> BTreeSet<String> {
            let (its, ours) = (names(&theirs.items), names(&reference.items));
            its.difference(&ours).cloned().collect()
        };
        let (types, traits) = (own(types_of), own(traits_of));
        let is_helper = |item: &&Item| match item {
            // Taken if its type or trait is new.
            Item::Impl(item) => is_for_one_of(item, &types) || is_of_own_trait(item, &traits),
            item => name_of(item).is_some_and(|name| !known.contains(&name)),
        };
        let text = |item: &Item| submission[item.span().byte_range()].to_owned();
        let helpers = || theirs.items.iter().filter(is_helper);
        let is_macro = |item: &&Item| name_of(item).is_some_and(|name| name.starts_with("macro "));
        let imports = imports(reference, &theirs).into_iter();
        let all: Vec<String> = imports.chain(helpers().map(text)).collect();
        let methods = Methods::of(reference, &theirs, submission, used);
        let texts = methods.iter().flat_map(|block| block.texts.clone());
        Ok(Self {
            parts: all.iter().cloned().chain(texts).collect(),
            all,
            blocks: methods.iter().map(Methods::block).collect(),
            macros: helpers().filter(is_macro).map(text).collect(),
            hidden: hidden(reference, &theirs),
        })
    }

    /// Returns whether a helper is a static or contains one.
    pub(crate) fn have_static(&self) -> bool {
        let all = self.all.iter().chain(&self.blocks);
        let tokens = all.filter_map(|text| text.parse().ok());
        tokens.into_iter().any(has_static)
    }

    /// The names that the helpers and imports have in the file, `*` for a glob.
    pub(crate) fn names(&self) -> Vec<String> {
        let items = self.all.iter().filter_map(|text| syn::parse_str(text).ok());
        let items: Vec<Item> = items.collect();
        let name = |item| Some(name_of(item)?.split_once(' ')?.1.to_owned());
        let own = items.iter().filter_map(name);
        let statics = items.iter().flat_map(|item| match item {
            Item::Macro(item) => statics_of(item),
            _ => Vec::new(),
        });
        own.chain(statics).chain(imported_names(&items)).collect()
    }

    /// Returns whether a helper declares a trait, whose methods could take the place of others.
    pub(crate) fn have_trait(&self) -> bool {
        let mut tokens = self.all.iter().filter_map(|text| text.parse().ok());
        tokens.any(|tokens| words(tokens).iter().any(|word| word == "trait"))
    }
}

fn has_static(tokens: TokenStream) -> bool {
    let all: Vec<TokenTree> = tokens.into_iter().collect();
    all.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Group(group) => has_static(group.stream()),
        // `'static` is this word after a quote sign.
        TokenTree::Ident(word) => {
            let before = index.checked_sub(1).and_then(|index| all.get(index));
            word == "static" && !before.is_some_and(|before| is_sign(before, '\''))
        }
        _ => false,
    })
}

/// Returns whether an `impl` block is for one of these types, whatever its parameters are. (A
/// parameter of the block itself stands for any type and does not count.)
pub(crate) fn is_for_one_of(block: &syn::ItemImpl, types: &BTreeSet<String>) -> bool {
    let mut parameters = block.generics.type_params();
    plain_name(&block.self_ty).is_some_and(|name| {
        types.contains(&name) && !parameters.any(|parameter| parameter.ident == name)
    })
}

/// Returns whether a block is of one of these traits. Its methods are visible only where the trait is.
pub(crate) fn is_of_own_trait(block: &syn::ItemImpl, traits: &BTreeSet<String>) -> bool {
    let Some((_, path, _)) = &block.trait_ else {
        return false;
    };
    let is_plain = path.leading_colon.is_none() && path.segments.len() == 1;
    is_plain && traits.contains(&path.segments[0].ident.to_string())
}

pub(crate) fn types_of(items: &[Item]) -> BTreeSet<String> {
    let name = |item: &Item| match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Union(item) => Some(item.ident.to_string()),
        _ => None,
    };
    items.iter().filter_map(name).collect()
}

pub(crate) fn traits_of(items: &[Item]) -> BTreeSet<String> {
    let name = |item: &Item| match item {
        Item::Trait(item) => Some(item.ident.to_string()),
        _ => None,
    };
    items.iter().filter_map(name).collect()
}

/// The name of an item that can be a helper.
pub(crate) fn name_of(item: &Item) -> Option<String> {
    let (visibility, name) = match item {
        Item::Fn(item) => (&item.vis, format!("fn {}", item.sig.ident)),
        Item::Struct(item) => (&item.vis, format!("type {}", item.ident)),
        Item::Enum(item) => (&item.vis, format!("type {}", item.ident)),
        Item::Union(item) => (&item.vis, format!("type {}", item.ident)),
        Item::Type(item) => (&item.vis, format!("type {}", item.ident)),
        Item::Trait(item) => (&item.vis, format!("type {}", item.ident)),
        Item::Const(item) => (&item.vis, format!("const {}", item.ident)),
        Item::Static(item) => (&item.vis, format!("const {}", item.ident)),
        Item::Mod(item) if item.content.is_some() => (&item.vis, format!("type {}", item.ident)),
        Item::Macro(item) => return name_of_macro(item),
        _ => return None,
    };
    matches!(visibility, Visibility::Inherited).then_some(name)
}

/// The name that a macro defines: its own, or that of the first static of a `thread_local!`.
fn name_of_macro(item: &syn::ItemMacro) -> Option<String> {
    match &item.ident {
        Some(name) => Some(format!("macro {name}")),
        None => Some(format!("const {}", statics_of(item).first()?)),
    }
}

/// The names of the statics of a `thread_local!`.
fn statics_of(item: &syn::ItemMacro) -> Vec<String> {
    let last = item.mac.path.segments.last();
    let words: Vec<TokenTree> = match last {
        Some(last) if last.ident == "thread_local" => item.mac.tokens.clone().into_iter().collect(),
        _ => Vec::new(),
    };
    let name = |words: &[TokenTree]| match words {
        [TokenTree::Ident(word), TokenTree::Ident(name)] if word == "static" => {
            Some(name.to_string())
        }
        _ => None,
    };
    words.windows(2).filter_map(name).collect()
}
