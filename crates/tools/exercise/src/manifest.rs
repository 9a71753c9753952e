//! What a lesson gives to do: its `exercises.toml`.
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
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::cut::cut;

/// All exercises of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// In the order of the file.
    pub exercises: Vec<Exercise>,
}

/// One exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exercise {
    /// Its name within the lesson: lower-case letters, digits and dashes.
    pub id: String,
    /// What is to be done.
    pub kind: Kind,
    /// One line.
    pub title: String,
    /// How long it takes most students.
    pub minutes: u32,
    /// From 1 to 3; a star is five points.
    pub stars: u32,
    /// What a right answer shows.
    pub shows: String,
    /// From the widest to the narrowest.
    pub hints: Vec<String>,
    /// The bodies that are the student's.
    pub holes: Vec<Hole>,
}

/// What is to be done in an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Bodies are taken out, to be written.
    Build,
    /// A body is wrong, to be mended.
    Repair,
    /// What can be printed, to be written down.
    Predict,
}

/// A body that is the student's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    /// Its file, in the lesson's folder.
    pub file: PathBuf,
    /// The path of its function in the file.
    pub function: String,
    /// What stands there in a handout; `None` where the wrong body is the starter.
    pub stub: Option<String>,
}

/// What is wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestError(String);

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ManifestError {}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// [`ManifestError`]: the text is no TOML, or an exercise lacks something or has something that
    /// is not known.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let table: Table = text
            .parse()
            .map_err(|error| ManifestError(format!("{error}")))?;
        only(&table, &["exercise"]).map_err(ManifestError)?;
        let of_table = |value: &Value| {
            let table = value.as_table().ok_or("an exercise is a table")?;
            exercise(table).map_err(|error| match table.get("id").and_then(Value::as_str) {
                Some(id) => format!("exercise {id}: {error}"),
                None => format!("an exercise: {error}"),
            })
        };
        let all = table
            .get("exercise")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let exercises: Vec<Exercise> = all
            .iter()
            .map(of_table)
            .collect::<Result<_, String>>()
            .map_err(ManifestError)?;
        let ids: BTreeSet<_> = exercises.iter().map(|exercise| &exercise.id).collect();
        match ids.len() == exercises.len() {
            true => Ok(Self { exercises }),
            false => Err(ManifestError("two exercises have one id".into())),
        }
    }

    /// Looks whether each function that is named exists in the lesson's folder, once.
    ///
    /// # Errors
    /// The first that does not, by exercise, file and function.
    pub fn check(&self, lesson: &Path) -> Result<(), ManifestError> {
        for exercise in &self.exercises {
            for Hole { file, function, .. } in &exercise.holes {
                let wrong = |what: &dyn fmt::Display| {
                    let (id, file) = (&exercise.id, file.display());
                    ManifestError(format!("exercise {id}: {file}: {what}"))
                };
                let source = std::fs::read_to_string(lesson.join(file));
                let source = source.map_err(|error| wrong(&error))?;
                cut(&source, &[(function, "")]).map_err(|error| wrong(&error))?;
            }
        }
        Ok(())
    }
}

fn exercise(table: &Table) -> Result<Exercise, String> {
    let known = [
        "id", "kind", "title", "minutes", "stars", "shows", "hints", "hole",
    ];
    only(table, &known)?;
    let kind = kind(&text(table, "kind")?)?;
    let list = |key| {
        table
            .get(key)
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice)
    };
    let hints = list("hints")
        .iter()
        .map(|hint| hint.as_str().map(str::to_owned));
    let exercise = Exercise {
        id: id(text(table, "id")?)?,
        kind,
        title: text(table, "title")?,
        minutes: number(table, "minutes", 240)?,
        stars: number(table, "stars", 3)?,
        shows: text(table, "shows")?,
        hints: hints.collect::<Option<_>>().ok_or("a hint is a text")?,
        holes: list("hole")
            .iter()
            .map(|hole| hole_of(hole, kind))
            .collect::<Result<_, _>>()?,
    };
    if exercise.hints.is_empty() {
        return Err("it has no hint".into());
    }
    if exercise.holes.is_empty() && kind != Kind::Predict {
        return Err("it has no hole".into());
    }
    Ok(exercise)
}

fn kind(word: &str) -> Result<Kind, String> {
    match word {
        "build" => Ok(Kind::Build),
        "repair" => Ok(Kind::Repair),
        "predict" => Ok(Kind::Predict),
        other => Err(format!("no such kind: {other:?}")),
    }
}

fn id(id: String) -> Result<String, String> {
    match id
        .chars()
        .all(|char| matches!(char, 'a'..='z' | '0'..='9' | '-'))
    {
        true => Ok(id),
        false => Err("an id has lower-case letters, digits and dashes".into()),
    }
}

fn hole_of(value: &Value, kind: Kind) -> Result<Hole, String> {
    let table = value.as_table().ok_or("a hole is a table")?;
    only(table, &["file", "function", "stub"])?;
    let stub = match (kind, table.get("stub")) {
        (Kind::Build, Some(_)) => Some(text(table, "stub")?),
        (Kind::Build, None) => Some("todo!()".to_owned()),
        (_, None) => None,
        (_, Some(_)) => return Err("only a body to build has a stub".into()),
    };
    let file = PathBuf::from(text(table, "file")?);
    let is_inside = file
        .components()
        .all(|part| matches!(part, std::path::Component::Normal(_)));
    if !is_inside {
        return Err(format!("{} is not in the lesson's folder", file.display()));
    }
    let function = text(table, "function")?;
    Ok(Hole {
        file,
        function,
        stub,
    })
}

fn only(table: &Table, known: &[&str]) -> Result<(), String> {
    match table.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(format!(
            "{key:?} is not known; known are {}",
            known.join(", ")
        )),
    }
}

fn text(table: &Table, key: &str) -> Result<String, String> {
    let text = table.get(key).and_then(Value::as_str).unwrap_or_default();
    match text.is_empty() {
        false => Ok(text.to_owned()),
        true => Err(format!("{key:?} is missing or no text")),
    }
}

fn number(table: &Table, key: &str, most: u32) -> Result<u32, String> {
    let number = table
        .get(key)
        .and_then(Value::as_integer)
        .unwrap_or_default();
    match u32::try_from(number) {
        Ok(number) if (1..=most).contains(&number) => Ok(number),
        _ => Err(format!("{key:?} is missing or not from 1 to {most}")),
    }
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
    }

    #[test]
    fn what_is_wrong_is_named() {
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
            "exercise forgotten-end: src/cut.rs: there is no function talk"
        );
        let good = GOOD
            .replace("src/bin/a.rs", "src/cut.rs")
            .replace("\"talk\"", "\"cut\"");
        assert_eq!(Manifest::parse(&good).unwrap().check(lesson), Ok(()));
    }
}
