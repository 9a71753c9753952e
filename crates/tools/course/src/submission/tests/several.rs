//! Tests submissions with answers to several exercises.

use super::*;

#[test]
fn an_exercise_that_is_named_twice_is_graded_once() {
    let scratch = Scratch::new();
    let id = "ipc-pipe/forgotten-end";
    let text = format!("exercise {id}\nexercise no/such\nexercise {id}\nexercise sync/event\n");
    scratch.write(MARK, text.as_bytes());
    let course = Course::find().unwrap();
    let submission = Submission::read(scratch.0.root()).unwrap();
    let ids: Vec<String> = submission
        .exercises(&course)
        .iter()
        .map(|one| one.id())
        .collect();
    assert_eq!(ids, [id, "sync/event"]);
}

#[test]
fn all_copies_in_one_submission_name_their_exercises() {
    let scratch = Scratch::new();
    for (folder, id) in [
        ("one", "ipc-pipe/forgotten-end"),
        ("two", "sync/event"),
        ("two/backup", "sync/lock"),
    ] {
        let mark = format!("exercise {id}\nhints 1\n");
        scratch.write(&format!("{folder}/{MARK}"), mark.as_bytes());
    }
    let course = Course::find().unwrap();
    let submission = Submission::read(scratch.0.root()).unwrap();
    let all = submission.exercises(&course);
    let ids: Vec<String> = all.iter().map(|one| one.id()).collect();
    assert_eq!(ids, ["ipc-pipe/forgotten-end", "sync/event"]);
}

#[test]
fn of_several_copies_the_answer_is_in_the_one_of_its_exercise() {
    let scratch = Scratch::new();
    for (folder, id, text) in [
        ("one", "forgotten-end", "fn talk() {}"),
        ("two", "lost-message", "fn talk() { two }"),
    ] {
        let mark = format!("exercise ipc-pipe/{id}\n");
        scratch.write(&format!("{folder}/{MARK}"), mark.as_bytes());
        scratch.write(&format!("{folder}/{ANSWER}"), text.as_bytes());
    }
    // The clone in which the copies were made.
    scratch.write(ANSWER, b"fn talk() { original }");
    assert_eq!(
        answer(scratch.0.root()).as_deref(),
        Ok("fn talk() {}"),
        "the copy's"
    );
    scratch.write(&format!("one/backup/{ANSWER}"), b"fn talk() { old }");
    let refused = answer(scratch.0.root()).unwrap_err();
    assert!(refused.contains("it has two files for"), "{refused}");
}

/// The answers taken from these files for two predictions whose files have the same name.
fn two_answers(files: &[&str]) -> [Result<String, String>; 2] {
    let scratch = Scratch::new();
    for file in files {
        scratch.write(file, file.as_bytes());
    }
    let course = Course::find().unwrap();
    let both = ["multiprocess/order", "ipc-queue/order"].map(|id| course.exercise(id).unwrap());
    let submission = Submission::read(scratch.0.root()).unwrap();
    [(both[0], both[1]), (both[1], both[0])]
        .map(|(one, other)| submission.file(one, &[other], one.exercise.files()[0]))
        .map(text)
}

#[test]
fn no_exercise_is_judged_by_the_file_of_another_one() {
    let [one, other] = ["multiprocess", "ipc-queue"]
        .map(|lesson| format!("copy/crates/lessons/{lesson}/exercises/order/answer.txt"));
    let taken = two_answers(&[&one, &other]);
    assert_eq!(taken, [Ok(one.clone()), Ok(other.clone())]);
    let [taken, lacks] = two_answers(&[&one, MARK]);
    assert_eq!(taken, Ok(one));
    assert!(lacks.unwrap_err().contains("there is no "));
    for file in ["answer.txt", "mine/exercises/order/answer.txt"] {
        for refused in two_answers(&[file]) {
            let refused = refused.unwrap_err();
            assert!(refused.contains("may be the answer to"), "{refused}");
        }
    }
    for refused in two_answers(&["alice.txt"]) {
        assert!(refused.unwrap_err().contains("there is no "));
    }
}
