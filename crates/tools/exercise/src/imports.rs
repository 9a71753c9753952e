//! What a file imports.

use syn::{Item, UseTree, Visibility};

/// What the submission imports at the top of its file and the reference does not, each by an item of
/// its own: to be put where the submission's bodies are, and nowhere else.
pub(crate) fn imports(reference: &syn::File, submission: &syn::File) -> Vec<String> {
    let ours = imported(reference);
    let mut theirs = imported(submission);
    theirs.retain(|path| !ours.contains(path));
    theirs.iter().map(|path| format!("use {path};")).collect()
}

/// What both import by name and the submission's globs would hide where they stand: in its own file a name
/// goes before a glob, and inside of a body the glob goes before what is imported outside.
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

/// Each name that a file imports for itself, by its path.
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
        // `io::{self, Read}` imports `io`.
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
