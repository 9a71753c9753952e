//! Calls rustc in the box, and translates its errors and warnings for students.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::iter;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use exercise::functions;
use serde_json::Value;

use crate::checkout::Assigned;
use crate::failed::harmless_lines;
use crate::taken::Taken;
use crate::units::{Unit, plain};

/// The arguments of rustc: those of cargo, except that results go to `out`, libraries in `rebuilt`
/// are taken from there.
pub(crate) fn words(unit: &Unit, out: &Path, rebuilt: &[PathBuf]) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    let mut all = unit.arguments.iter().map(String::as_str);
    while let Some(word) = all.next() {
        match word {
            "--out-dir" => {
                let _theirs = all.next();
                words.extend([word.into(), out.into()]);
            }
            "--extern" => {
                let next = all.next().unwrap_or_default();
                let library = rebuilt_extern(next, out, rebuilt);
                words.extend([word.into(), library.unwrap_or_else(|| next.into())]);
            }
            _ if word.starts_with("--json=") => {}
            _ if word.starts_with("--emit=") => words.push("--emit=metadata,link".into()),
            _ => words.push(word.into()),
        }
    }
    words
}

/// `NAME=PATH` with the path in `out`, if that library was rebuilt.
fn rebuilt_extern(word: &str, out: &Path, rebuilt: &[PathBuf]) -> Option<OsString> {
    let (name, path) = word.split_once('=')?;
    let path = Path::new(path);
    let is_it = |file: &PathBuf| file.with_extension("") == path.with_extension("");
    rebuilt.iter().find(|file| is_it(file))?;
    let mut word = OsString::from(format!("{name}="));
    word.push(out.join(path.file_name()?));
    Some(word)
}

/// The number of errors that a student is shown.
const SHOWN: usize = 5;

/// The most characters of a source line that are shown with an error.
const LONGEST_LINE: usize = 200;

/// A student's files as the student has written them.
#[derive(Default)]
pub(crate) struct Theirs<'a>(Vec<Their<'a>>);

struct Their<'a> {
    /// The path from the top folder of the tree that is built, as rustc names it. Another crate may
    /// have a file of the same name.
    compiled: PathBuf,
    /// The path in the lesson's folder.
    path: &'a Path,
    source: &'a str,
    /// The text that was compiled: the reference, with the student's bodies in it.
    built: &'a str,
}

impl<'a> Theirs<'a> {
    pub(crate) fn new(assigned: &Assigned, files: &'a BTreeMap<PathBuf, Taken>) -> Self {
        let theirs = files.iter().map(|(path, taken)| Their {
            compiled: assigned.in_tree(path),
            path,
            source: &taken.theirs,
            built: &taken.text,
        });
        Self(theirs.collect())
    }

    /// The student's position for a position of the compiler, which may be in a macro that a line of
    /// the student's calls.
    fn of<'b>(&self, span: &'b Value) -> Option<(&Their<'a>, &'b Value)> {
        let caller = |span: &&'b Value| span.get("expansion")?.get("span");
        let mut spans = iter::successors(Some(span), caller);
        spans.find_map(|span| Some((self.at(span)?, span)))
    }

    /// The file that contains a position of the compiler.
    fn at(&self, span: &Value) -> Option<&Their<'a>> {
        // A check may include a file from elsewhere in the lesson, so the path may contain `..`.
        let compiled = plain(Path::new(text(span, "file_name")));
        self.0.iter().find(|their| their.compiled == compiled)
    }
}

impl Their<'_> {
    /// `src/pipe.rs:12: `, without a number if the line is not the student's.
    fn position(&self, span: &Value, line: &str) -> String {
        let path = self.path.display();
        match self.number(span, line) {
            Some(number) => format!("{path}:{number}: "),
            None => format!("{path}: "),
        }
    }

    /// The number of this line in the student's file. If several lines have the same text, the one with
    /// the same index among them as in the compiled text, provided that both texts have equally many.
    fn number(&self, span: &Value, line: &str) -> Option<usize> {
        let numbers = |text: &str| -> Vec<usize> {
            let lines = text.lines().zip(1..);
            lines
                .filter(|(its, _)| *its == line)
                .map(|(_, number)| number)
                .collect()
        };
        let (theirs, built) = (numbers(self.source), numbers(self.built));
        if let [only] = theirs[..] {
            return Some(only);
        }
        let compiled = span.get("line_start")?.as_u64()?;
        let index = built.iter().position(|&number| number as u64 == compiled)?;
        (theirs.len() == built.len()).then(|| theirs[index])
    }
}

/// Errors of a library that is missing or was damaged on this machine. A student's file cannot cause
/// them: it may not contain `extern`.
const OF_A_LIBRARY: [&str; 4] = ["E0460", "E0463", "E0514", "E0786"];

/// The errors about lines of source code, in output of rustc or messages of cargo, each with its line
/// in the student's file. (The line that was compiled has another number, because only the student's
/// bodies were taken.) `None` if there is none: then it is not the source code that is wrong.
pub(crate) fn errors(printed: &str, theirs: &Theirs<'_>) -> Option<String> {
    let errors: Vec<Value> = diagnostics(printed, "error").collect();
    // The lines that use a missing library are no errors of their own.
    if errors
        .iter()
        .any(|error| OF_A_LIBRARY.contains(&code(error)))
    {
        return None;
    }
    let texts = errors.iter().filter_map(|error| complaint(error, theirs));
    let texts: Vec<String> = texts.take(SHOWN).collect();
    // The errors quote source lines that a student has written.
    (!texts.is_empty()).then(|| harmless_lines(&texts.join("\n")))
}

/// The rest of what rustc or cargo has printed, for whoever looks after this machine: a full disk, a
/// failed linker.
pub(crate) fn other_errors(printed: &str) -> String {
    let is_plain = |line: &&str| serde_json::from_str::<Value>(line).is_err();
    let plain = printed.lines().filter(is_plain).map(str::to_owned);
    let errors = diagnostics(printed, "error").map(|error| text(&error, "message").to_owned());
    let lines: Vec<String> = errors.chain(plain).collect();
    let shown: String = lines.join("\n").chars().take(2000).collect();
    harmless_lines(&shown)
}

/// The number of warnings that a student is shown; they are only hints beside the fault.
const SHOWN_WARNINGS: usize = 3;

/// Warnings about unused items of a file. They may be false here: private items are put into each
/// assigned body, and a file may also be built as a part of the checks.
const OF_THE_FILE: [&str; 3] = ["dead_code", "unused_imports", "unused_macros"];

/// The first warnings about the student's own lines, in output of rustc or messages of cargo,
/// formatted for a person; `None` if there is none.
pub(crate) fn warnings(
    printed: &str,
    assigned: &Assigned,
    files: &BTreeMap<PathBuf, Taken>,
) -> Option<String> {
    let (theirs, lines) = (Theirs::new(assigned, files), their_lines(assigned, files));
    let is_theirs = |warning: &Value| {
        let span = primary(warning)?;
        let (line, file) = (span.get("line_start")?.as_u64()?, theirs.at(span)?);
        let mut lines = lines.iter();
        Some(lines.any(|(path, lines)| *path == file.path && lines.contains(&line)))
    };
    let mut texts: Vec<String> = Vec::new();
    for warning in diagnostics(printed, "warning") {
        if is_theirs(&warning) == Some(true) && !OF_THE_FILE.contains(&code(&warning)) {
            texts.extend(complaint(&warning, &theirs).filter(|one| !texts.contains(one)));
        }
    }
    texts.truncate(SHOWN_WARNINGS);
    (!texts.is_empty()).then(|| harmless_lines(&format!("{WARNS}\n{}", texts.join("\n"))))
}

const WARNS: &str = "The compiler warns:";

/// The line numbers of the assigned functions in the files that are compiled.
fn their_lines<'a>(
    assigned: &Assigned,
    files: &'a BTreeMap<PathBuf, Taken>,
) -> Vec<(&'a Path, RangeInclusive<u64>)> {
    let mut lines = Vec::new();
    for (path, Taken { text, .. }) in files {
        let mut all = functions(text).unwrap_or_default();
        all.retain(|one| {
            assigned
                .exercise
                .functions_in(path)
                .any(|its| its == one.path)
        });
        // An unwritten body (`todo!`) is the reason for warnings about what it does not use yet.
        all.retain(|one| !text[one.whole.clone()].contains("todo!("));
        for function in all {
            let end = text[..function.whole.end].lines().count();
            lines.push((path.as_path(), function.line as u64..=end as u64));
        }
    }
    lines
}

/// The messages of this level from rustc, printed by rustc itself or through cargo.
fn diagnostics(printed: &str, level: &str) -> impl Iterator<Item = Value> {
    let messages = printed
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .map(|message| match message.get("reason") {
            Some(_) => message.get("message").cloned().unwrap_or_default(),
            None => message,
        });
    messages.filter(move |message| text(message, "level") == level)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The code of a message, such as `E0308`; empty if it has none.
fn code(diagnostic: &Value) -> &str {
    diagnostic.get("code").map_or("", |code| text(code, "code"))
}

/// The primary position of a message. A message without one, such as "aborting due to 2 previous
/// errors", adds nothing.
fn primary(diagnostic: &Value) -> Option<&Value> {
    let mut spans = diagnostic.get("spans")?.as_array()?.iter();
    spans.find(|span| span.get("is_primary") == Some(&Value::Bool(true)))
}

fn complaint(diagnostic: &Value, theirs: &Theirs<'_>) -> Option<String> {
    let primary = primary(diagnostic)?;
    let mut complaint = text(diagnostic, "level").to_owned();
    let code = code(diagnostic);
    if !code.is_empty() {
        complaint += &format!("[{code}]");
    }
    complaint += &format!(": {}", text(diagnostic, "message"));
    // A line of the reference or of the checks is not shown to a student.
    let Some((their, span)) = theirs.of(primary) else {
        return Some(complaint + "\n    in a file of the course");
    };
    let line = span
        .get("text")?
        .get(0)
        .map_or("", |line| text(line, "text"));
    complaint = their.position(span, line) + &complaint;
    let label = text(span, "label");
    if !label.is_empty() {
        complaint += &format!(" ({label})");
    }
    let line: String = line.trim().chars().take(LONGEST_LINE).collect();
    complaint += &format!("\n    {line}");
    let children = diagnostic.get("children").and_then(Value::as_array);
    for child in children.into_iter().flatten() {
        if text(child, "level") == "help" {
            complaint += &format!("\n    help: {}", text(child, "message"));
        }
    }
    Some(complaint)
}

#[cfg(test)]
mod tests;
