//! The names of lanes and things, left of the picture.

use super::drawing::{Drawing, NAMES_WIDTH, colour};
use super::rows::Row;
use super::text::{cut_middle, escape, number, put};
use crate::run::{Class, Lane, Role};

/// The size to measure a name (13 pixels, bold), and the size of the text below it.
const NAME: f64 = 14.8;
const BELOW: f64 = 10.5;

pub(super) fn draw(drawing: &Drawing<'_>) -> String {
    let mut svg = String::new();
    for placed in &drawing.rows.placed {
        let y = placed.top + placed.height / 2.0;
        let (name, below, class) = match placed.row {
            Row::Lane(lane) => {
                put(
                    &mut svg,
                    format_args!(
                        "<rect class=\"tag {}\" x=\"0\" y=\"{}\" width=\"4\" height=\"26\" \
                         rx=\"2\"/>",
                        colour(lane),
                        number(y - 13.0)
                    ),
                );
                let lane = &drawing.run.lanes[lane];
                (&lane.name, is(lane), "name")
            }
            Row::Thing(thing) => {
                let thing = &drawing.run.things[thing];
                (&thing.name, of(thing.class).to_owned(), "name thing")
            }
        };
        put(
            &mut svg,
            format_args!(
                "<text class=\"{class}\" x=\"12\" y=\"{}\"><title>{}</title>{}</text>\
                 <text class=\"below\" x=\"12\" y=\"{}\">{}</text>",
                number(y - 1.5),
                escape(name),
                escape(&cut_middle(name, NAME, NAMES_WIDTH - 18.0)),
                number(y + BELOW + 1.5),
                escape(&below),
            ),
        );
    }
    svg
}

fn is(lane: &Lane) -> String {
    match lane.role {
        Role::Process => format!("process {}", lane.pid),
        Role::Thread => format!("thread {}", lane.tid),
        Role::Task => "task".to_owned(),
    }
}

/// A word for what the band of a thing shows.
fn of(class: Class) -> &'static str {
    match class {
        Class::Channel => "sent, not yet received",
        Class::Lock => "who has it",
        Class::Value => "what it was",
        Class::Work => "",
    }
}
