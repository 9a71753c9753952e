//! The contents of the course: reads how the lessons describe themselves, and prints it.

#![forbid(unsafe_code)]

mod catalogue;
mod find;
mod show;

pub use catalogue::{LessonCrate, Program, Reading, lessons};
pub use find::{find, not_found};
pub use show::{show_course, show_lesson};
