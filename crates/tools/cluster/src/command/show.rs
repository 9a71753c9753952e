//! Prints results, and the state of a scheduler.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use common::{clean, say, write_long_line};
use scheduler::TaskId;

use crate::arguments::Output;
use crate::collection::Collection;
use crate::kinds::{Kinds, Shown};
use crate::overview::{as_json, as_text, quoted};
use crate::wire::Overview;

/// Prints the results of a batch. Returns whether all of its tasks were done.
pub(super) fn results(
    batch: u64,
    collected: Collection,
    output: &Output,
    kinds: &Kinds,
) -> Result<bool, String> {
    let is_whole = collected.missing().is_none();
    let (kind, outcomes) = collected.outcomes();
    let (mut done, mut bodies) = (Vec::new(), Vec::new());
    let mut failed = Vec::new();
    for (index, (id, outcome)) in outcomes {
        match outcome {
            Ok(body) => {
                done.push(index);
                bodies.push(body);
            }
            Err(why) => failed.push((index, id, why)),
        }
    }
    match kinds.show(&kind, &bodies)? {
        Shown::Lines(lines) => {
            show_lines(&lines, &done, output.json);
        }
        Shown::File(..) if !failed.is_empty() || !is_whole => {}
        Shown::File(file, ending) => {
            let name = || PathBuf::from(format!("{kind}-{batch}.{ending}"));
            let path = output.out.clone().unwrap_or_else(name);
            let shown = path.display().to_string();
            replace(&path, &file).map_err(|error| format!("cannot write {shown}: {error}"))?;
            match output.json {
                true => write_long_line(&format!("{{\"file\":{}}}", quoted(&shown))),
                false => say!("{shown} is written"),
            }
        }
    }
    for (index, id, why) in &failed {
        show_failure(*index, *id, why, output.json);
    }
    if output.out.is_some() {
        kinds.makes_file(&kind)?;
    }
    Ok(failed.is_empty())
}

/// Prints a line for each task, with its number in the batch, or some lines for all tasks.
fn show_lines(lines: &[String], numbers: &[u32], json: bool) {
    let has_numbers = lines.len() == numbers.len();
    for (place, line) in lines.iter().enumerate() {
        let shown = match json {
            false => clean_lines(line),
            true if has_numbers => {
                let (index, line) = (numbers[place], quoted(line));
                format!("{{\"index\":{index},\"result\":{line}}}")
            }
            true => format!("{{\"result\":{}}}", quoted(line)),
        };
        write_long_line(&shown);
    }
}

fn show_failure(index: u32, id: TaskId, why: &str, json: bool) {
    let line = match json {
        true => {
            let why = quoted(why);
            format!("{{\"index\":{index},\"task\":{id},\"error\":{why}}}")
        }
        false => {
            let why = clean_lines(why);
            format!("Task {id} failed (number {index} of the batch): {why}")
        }
    };
    write_long_line(&line);
}

/// Removes from each line what a terminal would obey.
fn clean_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(clean).collect();
    lines.join("\n")
}

/// Replaces a file, but only by a complete one. A pipe or a terminal is written to directly.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = match fs::metadata(path) {
        Ok(known) if !known.is_file() => return fs::write(path, bytes),
        // The file at the end of all links.
        Ok(_) => fs::canonicalize(path)?,
        Err(_) => path.to_owned(),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}.part", common::pid()));
    // Created anew, so that it is no link of another user's to somewhere else.
    let _left_by_one_of_our_number = fs::remove_file(&beside);
    let mut file = File::create_new(&beside)?;
    // Before the first byte, or another user could read what the old file has hidden.
    let known = fs::metadata(&path);
    let written = known
        .map_or(Ok(()), |known| file.set_permissions(known.permissions()))
        .and_then(|()| file.write_all(bytes))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        let _gone = fs::remove_file(&beside);
    }
    written
}

pub(super) fn status(it: &Overview, json: bool) -> Result<(), String> {
    let text = match json {
        true => as_json(it),
        false => as_text(it),
    };
    common::print_text(&text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use lesson_test::Folder;

    use super::*;

    /// In each container, pids begin again at 1.
    #[test]
    fn a_file_left_by_a_process_of_the_same_number_is_replaced() {
        let folder = Folder::new();
        let left = folder.path(&format!(".picture.png.{}.part", common::pid()));
        fs::write(&left, "half").unwrap();
        let path = folder.path("picture.png");
        replace(&path, b"whole").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert!(!left.exists());
    }
}
