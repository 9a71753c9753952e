//! The imports of a file.

use syn::{Item, UseTree, Visibility};

/// The imports at the top of the submission that the reference does not have, each as a `use` item.
/// They are put inside the submission's bodies and nowhere else.
pub(crate) fn imports(reference: &syn::File, submission: &syn::File) -> Vec<String> {
    let ours = imported(reference);
    let mut theirs = imported(submission);
    theirs.retain(|path| !ours.contains(path));
    theirs.iter().map(|path| format!("use {path};")).collect()
}

/// The named imports of both files that a glob of the submission would hide. In its own file a name takes
/// precedence over a glob, but inside a body a glob takes precedence over an import outside of it.
pub(crate) fn hidden(reference: &syn::File, submission: &syn::File) -> Vec<String> {
    let (ours, mut both) = (imported(reference), imported(submission));
    let is_glob = |path: &String| path.ends_with('*');
    if !both
        .iter()
        .any(|path| is_glob(path) && !ours.contains(path))
    {
        return Vec::new();
    }
    both.retain(|path| !is_glob(path) && ours.contains(path));
    both.iter().map(|path| format!("use {path};")).collect()
}

/// The path of each name that a file imports privately.
fn imported(file: &syn::File) -> Vec<String> {
    let mut paths = Vec::new();
    for item in &file.items {
        if let Item::Use(item) = item
            && matches!(item.vis, Visibility::Inherited)
        {
            let root = if item.leading_colon.is_some() {
                "::"
            } else {
                ""
            };
            in_tree(&item.tree, root.to_owned(), &mut paths);
        }
    }
    paths
}

/// The names that the imports and type aliases of a scope bring into it, `*` for a glob.
pub(crate) fn imported_names(items: &[Item]) -> Vec<String> {
    let mut paths = Vec::new();
    for item in items {
        match item {
            Item::Use(item) => in_tree(&item.tree, String::new(), &mut paths),
            Item::Type(item) => paths.push(item.ident.to_string()),
            _ => {}
        }
    }
    let last = |path: String| path.rsplit([':', ' ']).next().map(str::to_owned);
    paths.into_iter().filter_map(last).collect()
}

fn in_tree(tree: &UseTree, before: String, paths: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => {
            in_tree(&path.tree, format!("{before}{}::", path.ident), paths);
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                in_tree(tree, before.clone(), paths);
            }
        }
        // In `io::{self, Read}`, `self` imports `io`.
        UseTree::Name(name) if name.ident == "self" => {
            paths.push(before.trim_end_matches("::").to_owned());
        }
        UseTree::Name(name) => paths.push(format!("{before}{}", name.ident)),
        UseTree::Rename(name) if name.ident == "self" => {
            let path = before.trim_end_matches("::");
            paths.push(format!("{path} as {}", name.rename));
        }
        UseTree::Rename(name) => {
            paths.push(format!("{before}{} as {}", name.ident, name.rename));
        }
        UseTree::Glob(_) => paths.push(format!("{before}*")),
    }
}
