//! The exercises of a lesson, as its `exercises.toml` declares them.
//!
//! ```toml
//! [[exercise]]
//! id = "forgotten-end"
//! kind = "repair"
//! title = "The receiver sees the end"
//! minutes = 15
//! stars = 1
//! shows = "the receiver reads the end of the stream and has no sending end open"
//! hints = ["Which processes can still write?", "Look into /proc/PID/fd."]
//!
//! [[exercise.hole]]
//! file = "src/bin/pipe-forgotten-end.rs"
//! function = "talk"
//! ```

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use crate::cut::cut;

/// All exercises of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The exercises in the order of the file.
    #[serde(rename = "exercise", default)]
    pub exercises: Vec<Exercise>,
    /// The text of the file, from which errors take their line numbers.
    #[serde(skip)]
    text: String,
}

/// One exercise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Its name within the lesson: lower-case letters, digits and dashes.
    pub id: String,
    /// What the student has to do.
    pub kind: Kind,
    /// The title: one line.
    pub title: String,
    /// How many minutes most students need.
    pub minutes: u32,
    /// The difficulty, from 1 to 3; a star is worth five points.
    pub stars: u32,
    /// What a right answer shows: one sentence.
    pub shows: String,
    /// Hints, from the most general to the most specific.
    pub hints: Vec<String>,
    /// The bodies that the student writes.
    #[serde(rename = "hole", default)]
    pub holes: Vec<Hole>,
    /// For a prediction: the text file that the student fills in.
    pub answer: Option<PathBuf>,
    /// Whether its checks explore every schedule; they are then built with the stand-ins of `--cfg explore`.
    #[serde(default)]
    pub explores: bool,
    /// Programs of the lesson that its checks run, besides those with a hole.
    #[serde(default)]
    pub programs: Vec<String>,
    /// The most seconds that grading a right answer alone may take: by default 10, and 30 for a body to
    /// build.
    #[serde(default)]
    pub seconds: u32,
}

/// The three kinds of exercises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Bodies are taken out, and the student writes them.
    Build,
    /// A body is wrong, and the student repairs it.
    Repair,
    /// The student marks which lines a program can print.
    Predict,
}

/// A body that the student writes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hole {
    /// Its file, relative to the lesson's folder.
    pub file: PathBuf,
    /// The path of its function in the file.
    pub function: String,
    /// The text of the body in a handout, by default `todo!()`. A body to repair has no stub,
    /// because the starter is the wrong body itself.
    pub stub: Option<String>,
}

impl Exercise {
    /// The files that the student writes in, relative to the lesson's folder, each once.
    #[must_use]
    pub fn files(&self) -> Vec<&Path> {
        let mut files: Vec<&Path> = Vec::new();
        let holes = self.holes.iter().map(|hole| hole.file.as_path());
        for file in holes.chain(self.answer.as_deref()) {
            if !files.contains(&file) {
                files.push(file);
            }
        }
        files
    }

    /// The functions in `file` that the student writes.
    pub fn functions_in<'a>(&'a self, file: &'a Path) -> impl Iterator<Item = &'a str> {
        let its = self.holes.iter().filter(move |hole| hole.file == file);
        its.map(|hole| hole.function.as_str())
    }

    /// Returns whether its checks run this program of the lesson.
    #[must_use]
    pub fn runs(&self, program: &str) -> bool {
        let is_its = |hole: &Hole| {
            let file = Path::new("src/bin").join(program);
            hole.file == file.with_extension("rs") || hole.file.starts_with(file)
        };
        self.programs.iter().any(|name| name == program) || self.holes.iter().any(is_its)
    }

    /// The name of the test target with its checks.
    #[must_use]
    pub fn check_target(&self) -> String {
        format!("check-{}", self.id)
    }

    /// Returns whether its checks can run recorded. Those that explore have other locks and threads, and those
    /// of a prediction run nothing of the student's.
    #[must_use]
    pub fn is_recordable(&self) -> bool {
        !self.explores && self.kind != Kind::Predict
    }

    /// The points for a right answer.
    #[must_use]
    pub fn points(&self) -> u32 {
        5 * self.stars
    }

    /// Checks what the types cannot express, and returns the first problem.
    fn sound(&self) -> Result<(), String> {
        let is_id = |char| matches!(char, 'a'..='z' | '0'..='9' | '-');
        let is_inside = |file: &Path| {
            let is_plain = |part| matches!(part, Component::Normal(_));
            file.components().all(is_plain)
        };
        if self.id.is_empty() || !self.id.chars().all(is_id) {
            return Err("an id has lower-case letters, digits and dashes".to_owned());
        }
        for (name, number, most) in [
            ("minutes", self.minutes, 240),
            ("stars", self.stars, 3),
            ("seconds", self.seconds, 600),
        ] {
            if !(1..=most).contains(&number) {
                return Err(format!("{name} is not from 1 to {most}"));
            }
        }
        // The limits keep a list of exercises within 80 columns.
        if self.id.len() > 17 || self.title.chars().count() > 44 {
            return Err("an id has 17 letters at most, a title 44".to_owned());
        }
        if self.hints.is_empty() {
            return Err("it has no hint".to_owned());
        }
        if let Some(outside) = self.files().into_iter().find(|file| !is_inside(file)) {
            return Err(format!(
                "{} is not in the lesson's folder",
                outside.display()
            ));
        }
        if self.kind != Kind::Build && self.holes.iter().any(|hole| hole.stub.is_some()) {
            return Err("only a body to build has a stub".to_owned());
        }
        match (self.kind, self.holes.is_empty(), &self.answer) {
            (Kind::Predict, true, Some(_)) | (Kind::Build | Kind::Repair, false, None) => Ok(()),
            (Kind::Predict, ..) => Err("a prediction has an answer and no hole".to_owned()),
            _ => Err("it has no hole, or an answer beside it".to_owned()),
        }
    }
}

/// An error in a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestError(String);

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ManifestError {}

impl Manifest {
    /// Parses a manifest.
    ///
    /// # Errors
    /// Returns [`ManifestError`] when the text is not TOML, or when an exercise lacks a field or
    /// has an unknown one.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let no_toml = |error: toml::de::Error| {
            let index = error.span().map_or(0, |span| span.start);
            let line = text[..index].matches('\n').count() + 1;
            ManifestError(format!(
                "line {line}: {}",
                error.message().replace('\n', " ")
            ))
        };
        let mut manifest: Self = toml::from_str(text).map_err(no_toml)?;
        manifest.text = text.to_owned();
        for exercise in &mut manifest.exercises {
            let line = line_of(text, &exercise.id, "");
            let wrong =
                |error| ManifestError(format!("line {line}: exercise {}: {error}", exercise.id));
            if exercise.seconds == 0 {
                exercise.seconds = if exercise.kind == Kind::Build { 30 } else { 10 };
            }
            exercise.sound().map_err(wrong)?;
            if exercise.kind == Kind::Build {
                let stubs = exercise.holes.iter_mut().map(|hole| &mut hole.stub);
                stubs.for_each(|stub| {
                    stub.get_or_insert_with(|| "todo!()".to_owned());
                });
            }
        }
        let ids: BTreeSet<_> = manifest
            .exercises
            .iter()
            .map(|exercise| &exercise.id)
            .collect();
        match ids.len() == manifest.exercises.len() {
            true => Ok(manifest),
            false => Err(ManifestError("two exercises have one id".into())),
        }
    }

    /// Checks that each file and function that is named exists exactly once in the lesson's folder.
    ///
    /// # Errors
    /// Returns the first that does not, with line, exercise, file and function.
    pub fn check(&self, lesson: &Path) -> Result<(), ManifestError> {
        for exercise in &self.exercises {
            for file in exercise.files() {
                let name = file.display().to_string();
                let wrong = |word: &str, what: &dyn fmt::Display| {
                    let id = &exercise.id;
                    let line = line_of(&self.text, id, word);
                    ManifestError(format!("line {line}: exercise {id}: {name}: {what}"))
                };
                let source = std::fs::read_to_string(lesson.join(file));
                let source = source.map_err(|error| wrong(&name, &error))?;
                for function in exercise.functions_in(file) {
                    let found = cut(&source, &[(function, "")]);
                    found.map_err(|error| wrong(function, &error))?;
                }
            }
        }
        Ok(())
    }
}

/// The line of a word of this exercise in its manifest; if there is none, the line of the exercise.
fn line_of(text: &str, id: &str, word: &str) -> usize {
    let quoted = |word: &str| format!("\"{word}\"");
    let start = text.find(&quoted(id)).unwrap_or(0);
    let index = text[start..].find(&quoted(word)).unwrap_or(0);
    text[..start + index].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [[exercise]]
        id = "forgotten-end"
        kind = "repair"
        title = "The end"
        minutes = 15
        stars = 1
        shows = "an end"
        hints = ["Who can still write?"]
        hole = [{ file = "src/bin/a.rs", function = "talk" }]
    "#;

    #[test]
    fn a_manifest_is_read() {
        let manifest = Manifest::parse(GOOD).unwrap();
        let exercise = &manifest.exercises[0];
        assert_eq!(
            (&*exercise.id, exercise.kind, exercise.minutes),
            ("forgotten-end", Kind::Repair, 15)
        );
        assert_eq!(exercise.holes[0].function, "talk");
        let build = GOOD.replace("repair", "build");
        let stub = &Manifest::parse(&build).unwrap().exercises[0].holes[0].stub;
        assert_eq!(stub.as_deref(), Some("todo!()"));
        let slow = build.replace("stars", "seconds = 45\nstars");
        for (text, seconds) in [(GOOD, 10), (&build, 30), (&slow, 45)] {
            assert_eq!(Manifest::parse(text).unwrap().exercises[0].seconds, seconds);
        }
    }

    #[test]
    fn a_wrong_entry_is_named() {
        for (from, to, word) in [
            ("minutes = 15", "minutes = 0", "minutes"),
            ("stars = 1", "starz = 1", "starz"),
            ("\"repair\"", "\"mend\"", "mend"),
            ("hints = [\"Who can still write?\"]", "hints = []", "hint"),
            ("src/bin/a.rs", "../a.rs", "not in the lesson"),
            ("forgotten-end", "Forgotten", "id"),
        ] {
            let error = Manifest::parse(&GOOD.replace(from, to))
                .unwrap_err()
                .to_string();
            assert!(error.contains(word), "{error}");
            assert!(
                error.starts_with("line ") && error.lines().count() == 1,
                "{error}"
            );
        }
        let twice = format!("{GOOD}{GOOD}");
        assert!(
            Manifest::parse(&twice)
                .unwrap_err()
                .to_string()
                .contains("one id")
        );
    }

    #[test]
    fn a_function_that_is_not_there_is_named_with_its_file() {
        let lesson = Path::new(env!("CARGO_MANIFEST_DIR"));
        let manifest = Manifest::parse(&GOOD.replace("src/bin/a.rs", "src/cut.rs")).unwrap();
        let error = manifest.check(lesson).unwrap_err().to_string();
        assert_eq!(
            error,
            "line 10: exercise forgotten-end: src/cut.rs: there is no function talk"
        );
        let good = GOOD
            .replace("src/bin/a.rs", "src/cut.rs")
            .replace("\"talk\"", "\"cut\"");
        assert_eq!(Manifest::parse(&good).unwrap().check(lesson), Ok(()));
    }
}
