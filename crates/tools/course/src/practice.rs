//! For a student: what there is to do, and what is done.

use serde_json::json;

use crate::failed::{Failed, print};
use crate::place::Course;

/// The file in a practice copy or a handout that says which exercise it is of.
pub(crate) const MARK: &str = "exercise.txt";

/// Lists the exercises.
pub(crate) fn list(course: &Course, as_json: bool) -> Result<bool, Failed> {
    if as_json {
        let exercises = course.exercises().map(|one| {
            json!({
                "id": one.id(),
                "title": one.exercise.title,
                "minutes": one.exercise.minutes,
                "points": one.exercise.points(),
            })
        });
        return print(&format!("{:#}\n", serde_json::Value::from_iter(exercises)));
    }
    let mut text = String::from("Exercises, with minutes and stars\n");
    for lesson in &course.lessons {
        if lesson.exercises.is_empty() {
            continue;
        }
        text += &format!("\n{}  {}\n", lesson.name, lesson.about);
        for one in &lesson.exercises {
            let stars = "*".repeat(usize::try_from(one.exercise.stars).unwrap_or(1));
            let (id, title, minutes) = (one.id(), &one.exercise.title, one.exercise.minutes);
            text += &format!("  {id:32} {minutes:3} {stars:3}  {title}\n");
        }
    }
    print(&text)
}
