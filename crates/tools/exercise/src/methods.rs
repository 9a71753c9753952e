//! The private methods that a submission adds to types of the reference.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{File, ImplItem, ImplItemFn, Item, ItemImpl, Visibility};

/// New private methods of a type of the reference.
pub(crate) struct Methods {
    /// The beginning of an `impl` block of the reference, up to its brace.
    pub(crate) head: String,
    pub(crate) texts: Vec<String>,
}

impl Methods {
    /// Collects the new private methods in blocks that begin as one of the reference does. A method is left
    /// out if the reference uses its name, for which it could mean another method there.
    pub(crate) fn of(
        reference: &File,
        theirs: &File,
        submission: &str,
        used: &BTreeSet<String>,
    ) -> Vec<Self> {
        let known: BTreeSet<String> = inherent(reference).map(head).collect();
        let blocks = inherent(theirs).filter(|block| known.contains(&head(block)));
        let of_block = |block: &ItemImpl| {
            let new = block.items.iter().filter_map(private);
            let new = new.filter(|method| !used.contains(&method.sig.ident.to_string()));
            let text = |method: &ImplItemFn| submission[method.span().byte_range()].to_owned();
            Self {
                head: head(block),
                texts: new.map(text).collect(),
            }
        };
        let all = blocks.map(of_block);
        all.filter(|block| !block.texts.is_empty()).collect()
    }

    /// A block of its own with these methods.
    pub(crate) fn block(&self) -> String {
        format!("{} {{\n{}\n}}", self.head, self.texts.join("\n"))
    }
}

/// The `impl` blocks of a file that are not of a trait.
fn inherent(file: &File) -> impl Iterator<Item = &ItemImpl> {
    file.items.iter().filter_map(|item| match item {
        Item::Impl(block) if block.trait_.is_none() => Some(block),
        _ => None,
    })
}

/// The block up to its brace, without its attributes.
fn head(block: &ItemImpl) -> String {
    let (parameters, _, condition) = block.generics.split_for_impl();
    let of = &block.self_ty;
    let parts = [
        parameters.to_token_stream(),
        of.to_token_stream(),
        condition.to_token_stream(),
    ];
    parts
        .iter()
        .fold("impl".to_owned(), |all, part| format!("{all} {part}"))
}

fn private(item: &ImplItem) -> Option<&ImplItemFn> {
    match item {
        ImplItem::Fn(method) if matches!(method.vis, Visibility::Inherited) => Some(method),
        _ => None,
    }
}
