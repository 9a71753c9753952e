//! Copies a part of the course that builds on its own: the assigned lessons without the assigned
//! bodies, and all crates below them.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use exercise::Kind;
use sandbox::record::How;
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, value};

use crate::checkout::{Assigned, Course};
use crate::failed::Failed;
use crate::kit::plain_cargo;
use crate::supervise::{Ended, Interrupt, MOST_BYTES, Pipe, run};

/// Folders of a crate that are not copied: its tests, and files for the grader.
const NOT_COPIED: [&str; 4] = ["tests", "benches", "exercises", "target"];
/// Files beside the crates that are copied.
const BESIDE: [&str; 5] = [
    "Cargo.lock",
    ".clippy.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "docs/glossary.md",
];

/// The time limit of `cargo metadata`, which may have to download an index.
const METADATA: Duration = Duration::from_secs(300);

/// The check of a handed-out prediction: it only checks that the answer can be read.
const FORM: &str = include_str!("form.txt");

/// Makes a copy for these exercises in the folder `to`, which must not exist. An error leaves an
/// incomplete copy.
pub(crate) fn copy(
    course: &Course,
    assigned: &[&Assigned],
    to: &Path,
    whose: For,
    interrupt: &Interrupt,
) -> Result<(), Failed> {
    let task = Task {
        course,
        assigned,
        to,
        whose,
        interrupt,
    };
    task.make()
}

struct Task<'a> {
    course: &'a Course,
    assigned: &'a [&'a Assigned],
    to: &'a Path,
    whose: For,
    interrupt: &'a Interrupt,
}

/// The purpose of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// For a student who has the course.
    Student,
    /// For judging what a student has written. The crates below the lesson are links to the
    /// course's own, so that they are built once for the course and for everything that is judged.
    Judge,
    /// For a class: without the checks of a prediction, because they contain its key.
    Class,
}

impl Task<'_> {
    fn make(&self) -> Result<(), Failed> {
        let root = read_manifest(&self.course.root.join("Cargo.toml"))?;
        let packages = self.packages(&root)?;
        for package in &packages {
            self.copy_package(package)?;
        }
        for assigned in self.assigned {
            self.copy_exercise(assigned)?;
        }
        for name in BESIDE {
            let (from, to) = (self.course.root.join(name), self.to.join(name));
            let folder = to.parent().unwrap_or(self.to);
            fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
            copy_file(&from, &to).map_err(|error| failed(&from, &error))?;
        }
        let (path, manifest) = (
            self.to.join("Cargo.toml"),
            self.root_manifest(root, &packages),
        );
        write(&path, &manifest.to_string())?;
        self.cut_lock_file()?;
        write(&path, &self.without_idle_profiles(manifest)?.to_string())
    }

    /// The folders of the crates that are needed, from the top folder of the course: the lessons,
    /// and the crates from which they are built.
    fn packages(&self, root: &DocumentMut) -> Result<BTreeSet<PathBuf>, Failed> {
        let mut found = BTreeSet::new();
        let from_root = |folder: &Path| folder.strip_prefix(&self.course.root).map(Path::to_owned);
        let lessons = self.assigned.iter().flat_map(|one| from_root(&one.folder));
        let mut open: Vec<PathBuf> = lessons.collect();
        while let Some(package) = open.pop() {
            let manifest = read_manifest(&self.course.root.join(&package).join("Cargo.toml"))?;
            let mut names = self::names(manifest.get("dependencies"));
            if self.is_assigned(&package) {
                names.extend(self::names(manifest.get("dev-dependencies")));
            }
            if found.insert(package) {
                open.extend(names.iter().filter_map(|name| path_of(root, name)));
            }
        }
        Ok(found)
    }

    fn is_assigned(&self, package: &Path) -> bool {
        self.assigned
            .iter()
            .any(|one| one.folder.ends_with(package))
    }

    fn copy_package(&self, package: &Path) -> Result<(), Failed> {
        let (from, to) = (self.course.root.join(package), self.to.join(package));
        let is_linked = self.whose == For::Judge && !self.is_assigned(package);
        let copied = if is_linked {
            link_folder(&from, &to)
        } else {
            copy_folder(&from, &to)
        };
        copied.map_err(|error| failed(&from, &error))?;
        let manifest = read_manifest(&from.join("Cargo.toml"))?;
        write(
            &to.join("Cargo.toml"),
            &self.manifest(package, manifest).to_string(),
        )
    }

    /// The manifest of a crate without what is not copied: its tests and benches, and in a lesson
    /// all checks except those of the exercises.
    fn manifest(&self, package: &Path, mut manifest: DocumentMut) -> DocumentMut {
        let lesson = package
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let of_lesson = || self.assigned.iter().filter(|one| one.lesson == lesson);
        let checks: Vec<String> = of_lesson().map(|one| one.exercise.check_target()).collect();
        manifest.remove("bench");
        // A check that only reads the form of an answer needs no crate.
        if !of_lesson().any(|one| self.has_checks(one)) {
            manifest.remove("dev-dependencies");
        }
        if checks.is_empty() {
            manifest.remove("test");
            return manifest;
        }
        if self.whose == For::Judge {
            manifest["package"]["version"] = self.own_version();
        }
        // A plain `cargo test` then runs the checks and nothing else.
        manifest["lib"] = Item::Table(Table::from_iter([("test", false), ("doctest", false)]));
        if let Some(tests) = manifest
            .get_mut("test")
            .and_then(Item::as_array_of_tables_mut)
        {
            tests.retain(|test| {
                let name = test.get("name").and_then(Item::as_str);
                name.is_some_and(|name| checks.iter().any(|check| check == name))
            });
            tests.iter_mut().for_each(|test| drop(test.remove("test")));
        }
        manifest
    }

    fn has_checks(&self, assigned: &Assigned) -> bool {
        self.whose != For::Class || assigned.exercise.kind != Kind::Predict
    }

    fn copy_exercise(&self, assigned: &Assigned) -> Result<(), Failed> {
        let lesson = self.to.join("crates/lessons").join(&assigned.lesson);
        let own = assigned.own_folder();
        if !self.has_checks(assigned) {
            let id = &assigned.exercise.id;
            let check = lesson.join("exercises").join(id).join("check.rs");
            write(&check, &FORM.replace("EXERCISE", id))?;
        }
        let checks = fs::read_dir(&own).map_err(|error| failed(&own, &error))?;
        let is_copied = |_: &PathBuf| self.has_checks(assigned);
        // `check.rs` and the modules beside it are files; the answers are in folders.
        for from in checks.flatten().map(|entry| entry.path()).filter(is_copied) {
            if from.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&from).map_err(|error| failed(&from, &error))?;
                let path = from.strip_prefix(&assigned.folder).unwrap_or(&from);
                write(&lesson.join(path), &text)?;
            }
        }
        for file in assigned.exercise.files() {
            // If two exercises share a file, the first one has already cut the copy.
            let copy = lesson.join(file);
            let source = if copy.exists() {
                copy.clone()
            } else {
                assigned.folder.join(file)
            };
            let source = fs::read_to_string(&source).map_err(|error| failed(&source, &error))?;
            write(&copy, &assigned.handed_out(file, source)?)?;
        }
        Ok(())
    }

    fn root_manifest(&self, mut root: DocumentMut, packages: &BTreeSet<PathBuf>) -> DocumentMut {
        let list = |paths: &mut dyn Iterator<Item = &Path>| {
            value(Array::from_iter(
                paths.map(|path| path.display().to_string()),
            ))
        };
        let lessons = packages.iter().filter(|package| self.is_assigned(package));
        let workspace = &mut root["workspace"];
        if self.whose == For::Student {
            workspace["package"]["version"] = self.own_version();
        }
        workspace["members"] = list(&mut packages.iter().map(PathBuf::as_path));
        workspace["default-members"] = list(&mut lessons.map(PathBuf::as_path));
        if let Some(workspace) = workspace.as_table_like_mut() {
            workspace.remove("exclude");
        }
        let all = names(root.get("workspace").and_then(|it| it.get("dependencies")));
        for name in all {
            let is_left_out = path_of(&root, &name).is_some_and(|path| !packages.contains(&path));
            let table = root["workspace"]["dependencies"].as_table_like_mut();
            if let Some(table) = table.filter(|_| is_left_out) {
                table.remove(&name);
            }
        }
        root
    }

    /// Removes the profiles of crates that the copy does not use, about which cargo would warn at each
    /// call. A crate must keep the course's profile, or it and all crates above it would be built again.
    fn without_idle_profiles(&self, mut root: DocumentMut) -> Result<DocumentMut, Failed> {
        let lock = read_manifest(&self.to.join("Cargo.lock"))?;
        let packages = lock.get("package").and_then(Item::as_array_of_tables);
        let packages: BTreeSet<&str> = packages
            .into_iter()
            .flatten()
            .filter_map(|package| package.get("name")?.as_str())
            .collect();
        if let Some(of) = root["profile"]["dev"]["package"].as_table_like_mut() {
            let all: Vec<String> = of.iter().map(|(name, _)| name.to_owned()).collect();
            for name in all.iter().filter(|name| !packages.contains(&***name)) {
                of.remove(name);
            }
        }
        Ok(root)
    }

    /// The version of a crate of a copy that is built in the course's own target folder, if the
    /// crate differs from the course's. Cargo identifies a crate of a workspace by its name,
    /// version and place there, and decides by the time of a file whether it is built. With the
    /// same version, it would take the build results of another copy for this one's.
    fn own_version(&self) -> Item {
        let mut hasher = DefaultHasher::new();
        std::path::absolute(self.to)
            .unwrap_or_default()
            .hash(&mut hasher);
        let plain = env!("CARGO_PKG_VERSION");
        value(format!("{plain}+copy-{:016x}", hasher.finish()))
    }

    /// Keeps only the crates of this copy in its lock file, at their versions. Needs no network if
    /// all of them are on this machine.
    fn cut_lock_file(&self) -> Result<(), Failed> {
        let mut why = String::new();
        for offline in [&["--offline"][..], &[]] {
            let mut cargo = plain_cargo(self.to);
            cargo.args(["metadata", "--format-version", "1"]);
            let errors = Pipe::errors_of(cargo.args(offline), MOST_BYTES)?;
            let ended = run(&mut cargo, self.interrupt, METADATA, || false)?;
            drop(cargo);
            why = errors.text();
            match ended {
                Ended::Itself(How::Exit(0), _) => return Ok(()),
                Ended::Itself(..) => {}
                Ended::Interrupted | Ended::Stopped => return Err(Failed::Signal),
                Ended::TooLong => why += "cargo metadata did not end",
            }
        }
        Err(format!("the copy is no workspace for cargo:\n{}", why.trim_end()).into())
    }
}

fn failed(path: &Path, error: &io::Error) -> Failed {
    format!("{}: {error}", path.display()).into()
}

fn write(path: &Path, text: &str) -> Result<(), Failed> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).map_err(|error| failed(parent, &error))?;
    fs::write(path, text).map_err(|error| failed(path, &error))
}

fn read_manifest(path: &Path) -> Result<DocumentMut, Failed> {
    let text = fs::read_to_string(path).map_err(|error| failed(path, &error))?;
    text.parse()
        .map_err(|error| format!("{}: {error}", path.display()).into())
}

/// The names in a table of dependencies.
fn names(table: Option<&Item>) -> Vec<String> {
    let table = table.and_then(Item::as_table_like);
    let names = table.into_iter().flat_map(TableLike::iter);
    names.map(|(name, _)| name.to_owned()).collect()
}

/// The folder of a crate of the course, from the top folder.
fn path_of(root: &DocumentMut, name: &str) -> Option<PathBuf> {
    let dependency = root.get("workspace")?.get("dependencies")?.get(name)?;
    Some(PathBuf::from(dependency.get("path")?.as_str()?))
}

/// Copies a file. Its owner may write to the copy, which is for work, also if the course is read-only.
fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    let mode = to.metadata()?.permissions().mode();
    fs::set_permissions(to, Permissions::from_mode(mode | 0o200))
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        let is_left_out = NOT_COPIED.iter().any(|left_out| name == *left_out);
        if kind.is_dir() && !is_left_out {
            copy_folder(&entry.path(), &to.join(name))?;
        } else if kind.is_file() && name != "exercises.toml" {
            copy_file(&entry.path(), &to.join(name))?;
        }
    }
    Ok(())
}

/// Makes a folder in which everything but the manifest is a link to the entry in `from`.
fn link_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        if name != "Cargo.toml" && !NOT_COPIED.iter().any(|left_out| name == *left_out) {
            symlink(from.join(&name), to.join(&name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use lesson_test::Folder;

    use super::*;

    #[test]
    fn a_copy_of_a_read_only_course_can_be_written_to() {
        let folder = Folder::new();
        let [from, to] = ["from", "to"].map(|name| folder.path(name));
        fs::create_dir(&from).unwrap();
        fs::write(from.join("lib.rs"), "").unwrap();
        fs::set_permissions(from.join("lib.rs"), Permissions::from_mode(0o444)).unwrap();
        copy_folder(&from, &to).unwrap();
        let mode = |file: &Path| file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&to.join("lib.rs")), 0o644);
        assert_eq!(mode(&from.join("lib.rs")), 0o444);
    }
}
