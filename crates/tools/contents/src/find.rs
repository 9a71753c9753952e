//! Finds the lessons that a word means.

use crate::catalogue::LessonCrate;

/// Returns the lessons that `word` means, in the order of the course. The first of these rules that
/// finds a lesson decides: the name; the section; a part of the name; a part of a program's name; a
/// part of the description.
pub fn find<'a>(lessons: &'a [LessonCrate], word: &str) -> Vec<&'a LessonCrate> {
    let word = word.to_lowercase();
    let word = word.as_str();
    let means: [&dyn Fn(&LessonCrate) -> bool; 5] = [
        &|lesson| lesson.name == word,
        &|lesson| sections(lesson).iter().any(|section| is_in(section, word)),
        &|lesson| lesson.name.contains(word),
        &|lesson| lesson.programs.iter().any(|it| it.name.contains(word)),
        &|lesson| lesson.about.to_lowercase().contains(word),
    ];
    if word.is_empty() {
        return Vec::new();
    }
    let found = means.iter().map(|is_meant| {
        let meant = lessons.iter().filter(|lesson| is_meant(lesson));
        meant.collect::<Vec<_>>()
    });
    found
        .into_iter()
        .find(|meant| !meant.is_empty())
        .unwrap_or_default()
}

/// The sections of the notes that a lesson and its programs are about, such as 1.4.2.
fn sections(lesson: &LessonCrate) -> Vec<&str> {
    let programs = lesson.programs.iter().map(|program| program.about.as_str());
    let starts = programs.filter_map(|about| about.split_whitespace().next());
    let words = lesson.about.split_whitespace().chain(starts);
    let words = words.map(|word| word.trim_end_matches([':', ',']));
    words.filter(|word| is_section(word)).collect()
}

fn is_section(word: &str) -> bool {
    word.split('.')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Returns whether a section is the one asked for or a part of it.
fn is_in(section: &str, asked: &str) -> bool {
    section
        .strip_prefix(asked)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The error for a word that means no lesson: one line, with the nearest name if one is near.
pub fn not_found(lessons: &[LessonCrate], word: &str) -> String {
    let names = lessons.iter().map(|lesson| lesson.name.as_str());
    let programs = lessons.iter().flat_map(|lesson| &lesson.programs);
    let names = names.chain(programs.map(|program| program.name.as_str()));
    let nearest = names.min_by_key(|name| distance(name, word));
    let nearest = nearest.filter(|name| distance(name, word) <= 2);
    let hint = nearest.map_or(String::new(), |name| format!(" Did you mean '{name}'?"));
    format!("'{word}' is not a lesson, section or program.{hint} `cargo run` lists the lessons")
}

/// The edit distance: how many letters to add, remove or replace to turn one word into the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (line, letter) in (1..).zip(one.chars()) {
        let mut diagonal = row[0];
        row[0] = line;
        for (index, its) in (1..).zip(other.chars()) {
            let replaced = diagonal + usize::from(letter != its);
            diagonal = row[index];
            row[index] = replaced.min(row[index] + 1).min(row[index - 1] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
