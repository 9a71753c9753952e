//! What is read of a submission, and the limits on its cost.

use std::io::Write as _;

use lesson_test::Folder;

use super::*;

mod folders;
mod several;

const ANSWER: &str = "crates/lessons/ipc-pipe/src/bin/pipe-forgotten-end.rs";

/// A submission that a test writes.
struct Scratch(Folder);

impl Scratch {
    fn new() -> Self {
        Self(Folder::new())
    }

    fn write(&self, name: &str, text: &[u8]) {
        let path = self.0.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn zip(&self, members: impl Iterator<Item = (String, Vec<u8>)>) -> PathBuf {
        self.zip_at("a.zip", members)
    }

    fn zip_at(&self, name: &str, members: impl Iterator<Item = (String, Vec<u8>)>) -> PathBuf {
        let path = self.0.path(name);
        let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
        for (name, text) in members {
            let options = zip::write::SimpleFileOptions::default();
            zip.start_file(name, options).unwrap();
            zip.write_all(&text).unwrap();
        }
        zip.finish().unwrap();
        path
    }
}

/// The answer to `forgotten-end` in the submission at `path`.
fn answer(path: &Path) -> Result<String, String> {
    let course = Course::find().unwrap();
    let assigned = course.exercise("forgotten-end").unwrap();
    let submission = Submission::read(path).map_err(content)?;
    let file = submission.file(assigned, &[], assigned.exercise.files()[0]);
    text(file)
}

/// The text of a file, or the reason why there is none.
fn text(file: Result<(&Path, String), Unread>) -> Result<String, String> {
    file.map(|(_, text)| text).map_err(content)
}

/// The reason, which has to be one of content.
fn content(unread: Unread) -> String {
    match unread {
        Unread::Content(why) => why,
        Unread::Machine(why) => panic!("of this machine: {why}"),
    }
}

#[test]
fn a_file_that_is_not_asked_for_may_be_long_or_unreadable() {
    let scratch = Scratch::new();
    scratch.write(ANSWER, b"fn talk() {}");
    scratch.write("trace.txt", &vec![b'x'; 300 << 10]);
    scratch.write("notes.txt", b"\xff\xfe");
    assert_eq!(answer(scratch.0.root()).unwrap(), "fn talk() {}");
    scratch.write(ANSWER, &vec![b' '; 300 << 10]);
    let refused = answer(scratch.0.root()).unwrap_err();
    assert!(
        refused.contains("pipe-forgotten-end.rs is longer than 256 KiB"),
        "{refused}"
    );
}

#[test]
fn target_folders_are_skipped_in_an_archive_too() {
    let scratch = Scratch::new();
    let path = scratch.0.path("a.tar");
    let mut tar = tar::Builder::new(File::create(&path).unwrap());
    let mut append = |name: &str, size: u64, text: &mut dyn Read| {
        let mut header = tar::Header::new_gnu();
        header.set_size(size);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, text).unwrap();
    };
    // More text than is read.
    let size = MOST_READ + (1 << 20);
    append(
        "week/target/debug/lib.rlib",
        size,
        &mut io::repeat(0).take(size),
    );
    append(
        "week/target/debug/build/out/pipe-forgotten-end.rs",
        2,
        &mut &b"no"[..],
    );
    append(&format!("week/{ANSWER}"), 12, &mut &b"fn talk() {}"[..]);
    tar.finish().unwrap();
    assert_eq!(answer(&path).unwrap(), "fn talk() {}");

    for folder in ["target/", "mine\\target\\"] {
        let built = (0..=MOST_FILES).map(|number| (format!("{folder}{number}.o"), Vec::new()));
        let its = [(ANSWER.to_owned(), b"fn talk() {}".to_vec())];
        let zip = scratch.zip(built.chain(its));
        assert_eq!(answer(&zip).unwrap(), "fn talk() {}", "{folder}");
    }
}

/// A tar archive with these headers, each followed by its contents.
fn tar(scratch: &Scratch, members: &[(tar::EntryType, &str, &[u8])]) -> PathBuf {
    let path = scratch.0.path("a.tgz");
    let file = File::create(&path).unwrap();
    let file = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    let mut tar = tar::Builder::new(file);
    for (kind, name, text) in members {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_size(text.len() as u64);
        header.set_mode(0o700);
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, *text).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap();
    path
}

const TEXT: &[u8] = b"fn talk() {}";

#[test]
fn what_programs_add_to_an_archive_is_no_part_of_the_answer() {
    use tar::EntryType::{Directory, GNULongName, Regular, XGlobalHeader, XHeader};
    let scratch = Scratch::new();
    let long = format!("{}/{ANSWER}\0", "a-long-name/".repeat(10));
    let pax = format!("path={}/{ANSWER}\n", "long".repeat(30));
    let pax = format!("{} {pax}", pax.len() + 4);
    for members in [
        &[
            (Directory, "./", &b""[..]),
            (Directory, "./src/", b""),
            (Regular, "./src/._pipe-forgotten-end.rs", b"\0\x05\x16"),
            (Regular, "./src/pipe-forgotten-end.rs", TEXT),
            (Regular, "./src/pipe.rs", b"other"),
        ][..],
        // As macOS adds them, beside a file with a name of its own.
        &[
            (Regular, "./._alice.rs", b"\0\x05\x16"),
            (Regular, "./alice.rs", TEXT),
            (Regular, "./__MACOSX/alice.rs", b"\0"),
            (Regular, "./.DS_Store", b"\0"),
            (Regular, "./notes.txt", b"mine"),
        ],
        &[
            (GNULongName, "././@LongLink", long.as_bytes()),
            (Regular, "cut", TEXT),
        ],
        &[
            (XGlobalHeader, "pax_global_header", b"19 comment=01234567\n"),
            (XHeader, "PaxHeaders/x", pax.as_bytes()),
            (Regular, "cut", TEXT),
        ],
    ] {
        assert_eq!(
            answer(&tar(&scratch, members)).as_deref(),
            Ok("fn talk() {}")
        );
    }
}

#[test]
fn a_zip_of_windows_or_macos_is_read() {
    let scratch = Scratch::new();
    let text = || TEXT.to_vec();
    for name in [
        format!("me\\{}", ANSWER.replace('/', "\\")),
        format!("me/{ANSWER}"),
    ] {
        let members = [
            ("me/".to_owned(), Vec::new()),
            ("__MACOSX/me/._alice.rs".to_owned(), text()),
            (name, text()),
        ];
        let path = scratch.zip(members.into_iter());
        assert_eq!(answer(&path).as_deref(), Ok("fn talk() {}"));
    }
}

#[test]
fn an_archive_needs_no_ending_and_one_of_another_kind_is_told_so() {
    let scratch = Scratch::new();
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(TEXT.len() as u64);
    tar.append_data(&mut header, ANSWER, TEXT).unwrap();
    scratch.write("alice", &tar.into_inner().unwrap());
    assert_eq!(
        answer(&scratch.0.path("alice")).as_deref(),
        Ok("fn talk() {}")
    );
    scratch.write("alice", b"7z\xbc\xaf\x27\x1c\0\x04");
    let refused = answer(&scratch.0.path("alice")).unwrap_err();
    assert!(refused.contains("no .zip, .tar or .tar.gz"), "{refused}");
    let refused = answer(&scratch.zip(std::iter::empty())).unwrap_err();
    assert!(refused.contains("there is no file in it"), "{refused}");
}

#[test]
fn a_name_of_a_gigabyte_is_not_kept_in_memory() {
    let scratch = Scratch::new();
    let name = vec![b'a'; 3 << 20];
    let members = [
        (tar::EntryType::Regular, "target/built", &name[..]),
        (tar::EntryType::GNULongName, "././@LongLink", &name[..]),
        (tar::EntryType::Regular, "cut", TEXT),
    ];
    let refused = answer(&tar(&scratch, &members)).unwrap_err();
    assert!(refused.contains("name of a file than 1 MiB"), "{refused}");
}

#[test]
fn an_answer_that_is_a_link_is_refused_as_a_link() {
    let scratch = Scratch::new();
    scratch.write("of-another/answer.rs", TEXT);
    fs::create_dir(scratch.0.path("alice")).unwrap();
    let link = scratch.0.path("alice/pipe-forgotten-end.rs");
    std::os::unix::fs::symlink(scratch.0.path("of-another/answer.rs"), link).unwrap();
    let refused = answer(&scratch.0.path("alice")).unwrap_err();
    assert!(refused.contains("it is a link"), "{refused}");
}

#[test]
fn many_files_together_are_no_more_than_one_submission() {
    let scratch = Scratch::new();
    let members = (0..65).map(|number| (format!("{number}.rs"), vec![b' '; 256 << 10]));
    let refused = answer(&scratch.zip(members)).unwrap_err();
    assert!(refused.contains("more than 16 MiB"), "{refused}");
}

#[test]
fn a_byte_order_mark_and_a_first_line_for_the_shell_are_no_part_of_it() {
    let scratch = Scratch::new();
    for (text, read) in [
        ("\u{feff}fn talk() {}", "fn talk() {}"),
        ("#!/usr/bin/env x\nfn talk() {}", "\nfn talk() {}"),
        ("#![allow(x)]\nfn talk() {}", "#![allow(x)]\nfn talk() {}"),
    ] {
        scratch.write(ANSWER, text.as_bytes());
        assert_eq!(answer(scratch.0.root()).unwrap(), read);
    }
}

#[test]
fn the_mark_of_a_copy_is_no_second_file_beside_the_only_one() {
    let scratch = Scratch::new();
    scratch.write("alice.rs", b"fn talk() {}");
    scratch.write(MARK, b"exercise ipc-pipe/forgotten-end\n");
    assert_eq!(answer(scratch.0.root()).unwrap(), "fn talk() {}");
    scratch.write("bob.rs", b"fn talk() {}");
    assert!(
        answer(scratch.0.root())
            .unwrap_err()
            .contains("there is no ")
    );
}
