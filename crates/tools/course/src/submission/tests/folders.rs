//! Tests folders as a learning platform stores them, links, and errors of the machine.

use check::Verdict;

use super::*;

#[test]
fn the_only_archive_in_a_folder_is_read_and_of_several_none() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.0.path("alice/file")).unwrap();
    let member = || std::iter::once((ANSWER.to_owned(), TEXT.to_vec()));
    scratch.write("alice/onlinetext.html", b"see the file");
    scratch.write("alice/file/._Week 3.zip", b"");
    let _its = scratch.zip_at("alice/file/Week 3.ZIP", member());
    assert_eq!(
        answer(&scratch.0.path("alice")).as_deref(),
        Ok("fn talk() {}")
    );
    let _another = scratch.zip_at("alice/again.zip", member());
    let refused = answer(&scratch.0.path("alice")).unwrap_err();
    assert!(refused.contains("name the right one"), "{refused}");
    scratch.write("alice/mine.rs", b"fn talk() { one }");
    assert_eq!(
        answer(&scratch.0.path("alice")).as_deref(),
        Ok("fn talk() { one }")
    );
}

#[test]
fn an_archive_that_is_not_read_is_named() {
    let scratch = Scratch::new();
    let course = Course::find().unwrap();
    let order = course.exercise("multiprocess/order").unwrap();
    scratch.write("alice/week-3.zip", b"PK");
    scratch.write("alice/README.txt", b"see the archive");
    let alice = Submission::read(&scratch.0.path("alice")).unwrap();
    let prediction = text(alice.file(order, &[], order.exercise.files()[0]));
    let inside = [("week-3.tar.gz".to_owned(), b"\x1f\x8b".to_vec())];
    for (refused, archive) in [
        (prediction, "week-3.zip"),
        (answer(&scratch.0.path("alice")), "week-3.zip"),
        (answer(&scratch.zip(inside.into_iter())), "week-3.tar.gz"),
    ] {
        let refused = refused.unwrap_err();
        let name = format!("; {archive} is not read");
        assert!(refused.contains(&name), "{refused}");
    }
    scratch.write("bob/Week 3.RAR", b"Rar!\x1a\x07");
    let refused = answer(&scratch.0.path("bob")).unwrap_err();
    assert!(refused.contains("no .zip, .tar or .tar.gz"), "{refused}");
}

#[test]
fn a_submission_that_is_named_by_a_link_is_read() {
    let scratch = Scratch::new();
    scratch.write(&format!("alice/{ANSWER}"), TEXT);
    let link = scratch.0.path("link");
    std::os::unix::fs::symlink("alice", &link).unwrap();
    assert_eq!(answer(&link).as_deref(), Ok("fn talk() {}"));
}

/// A file that the kernel refuses to read, for root as well.
const UNREADABLE: &str = "/proc/self/mem";

#[test]
fn an_error_of_this_machine_is_none_of_the_submission() {
    for path in [UNREADABLE, "/not/there"] {
        let read = Submission::read(Path::new(path)).map(drop);
        assert!(matches!(read, Err(Unread::Machine(_))), "{path}: {read:?}");
    }
    let mut submission = Submission::default();
    let refused = io::Error::from_raw_os_error(13);
    let taken = submission.take(PathBuf::from(ANSWER), Err::<File, _>(refused));
    taken.unwrap();
    let course = Course::find().unwrap();
    let assigned = course.exercise("forgotten-end").unwrap();
    let file = |submission: &Submission| {
        let file = submission.file(assigned, &[], assigned.exercise.files()[0]);
        file.map(drop).unwrap_err()
    };
    assert_eq!(file(&submission).verdict(), Verdict::GraderError);
    let unread = Some(Unread::Machine("src cannot be read".to_owned()));
    let submission = Submission {
        unread,
        ..Submission::default()
    };
    assert_eq!(file(&submission).verdict(), Verdict::GraderError);
}
