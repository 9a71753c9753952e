//! Tests, on the answers that come with the exercises, that every right answer and every starter is
//! accepted: no part of it is refused or left out.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::{Path, PathBuf};

use exercise::{Exercise, Kind, Manifest, cut, explorable, graft, left_out};

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The reason why this answer is not taken, or `None` if it is.
fn wrong(lesson: &Path, exercise: &Exercise, answer: Option<&Path>) -> Option<String> {
    let file = exercise.files()[0];
    let functions: Vec<&str> = exercise.functions_in(file).collect();
    let reference = fs::read_to_string(lesson.join(file)).unwrap();
    let text = match answer {
        Some(answer) => fs::read_to_string(answer).unwrap(),
        None => {
            let holes = exercise.holes.iter();
            let holes: Vec<_> = holes
                .filter_map(|hole| Some((&*hole.function, hole.stub.as_deref()?)))
                .collect();
            cut(&reference, &holes).unwrap()
        }
    };
    let grafted = graft(&reference, &text, &functions).and_then(|grafted| {
        if exercise.explores {
            explorable(&grafted, &text)?;
        }
        Ok(grafted)
    });
    let error = match grafted {
        Err(error) => error.to_string(),
        Ok(grafted) => left_out(&grafted, &text, &functions).unwrap().join(", "),
    };
    (!error.is_empty()).then(|| format!("{}: {answer:?}: {error}", exercise.id))
}

#[test]
fn every_right_answer_and_every_exercise_untouched_is_taken() {
    let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons");
    let (mut all, mut not_taken) = (0, Vec::new());
    for lesson in files_in(&lessons) {
        let Ok(manifest) = fs::read_to_string(lesson.join("exercises.toml")) else {
            continue;
        };
        for exercise in Manifest::parse(&manifest).unwrap().exercises {
            if exercise.kind == Kind::Predict {
                continue;
            }
            let right = files_in(&lesson.join("exercises").join(&exercise.id).join("right"));
            for answer in right.iter().map(|path| Some(&**path)).chain([None]) {
                all += 1;
                not_taken.extend(wrong(&lesson, &exercise, answer));
            }
        }
    }
    assert!(all > 60, "{all}");
    assert!(not_taken.is_empty(), "{not_taken:#?}");
}
