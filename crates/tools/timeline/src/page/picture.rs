//! Draws a run as a space-time diagram in SVG: a lane for each process, thread or task, and between
//! the lanes a band for each pipe, lock or value that shows its contents.
//!
//! `choice` selects what is drawn, `scale` and `rows` set the positions; the other modules draw.
//!
//! The diagrams are those of L. Lamport, "Time, Clocks, and the Ordering of Events in a
//! Distributed System", 1978, with time to the right.

mod axis;
mod band;
mod band_drawn;
mod bar_labels;
mod bars;
pub(crate) mod choice;
pub(crate) mod contents;
mod drawing;
pub(crate) mod facts;
pub(crate) mod glyphs;
mod lane;
mod limits;
mod names;
mod rows;
pub(crate) mod scale;
pub(crate) mod text;

use crate::run::Run;
use band::Band;
use choice::Choice;
use contents::contents;
use drawing::Drawing;
pub(crate) use drawing::{NAMES_WIDTH, colour};
use facts::Facts;
use rows::{Row, Rows};
use scale::{Scale, View};
use text::{number, put};

/// The style of a picture: colours for light and dark mode, shapes.
pub(crate) const STYLE: &str = include_str!("picture/picture.css");

/// One view of a run, drawn.
pub(crate) struct Picture {
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// The contents of the SVG of the names, which stays in sight.
    pub(crate) names: String,
    /// The contents of the SVG of the picture.
    pub(crate) figure: String,
}

impl Picture {
    pub(crate) fn draw(run: &Run, choice: &Choice, facts: &Facts, view: View) -> Self {
        let scale = Scale::new(run, choice, view);
        let things = choice.things.iter();
        let bands: Vec<_> = things
            .map(|&thing| {
                let mut items = contents(run, facts, thing);
                items.retain(|item| choice.shows(item.from, item.to));
                Band::new(run, &scale, thing, items)
            })
            .collect();
        let order = rows::order(run, choice);
        let drawing = Drawing {
            run,
            choice,
            facts,
            rows: Rows::new(&order, &bands),
            scale,
        };
        Self {
            width: drawing.scale.width,
            height: drawing.rows.height,
            names: names::draw(&drawing),
            figure: figure(&drawing, view, &bands),
        }
    }
}

/// Draws everything, from back to front.
fn figure(drawing: &Drawing<'_>, view: View, bands: &[Band]) -> String {
    let svg = &mut String::new();
    let mut tops = Vec::with_capacity(bands.len());
    for placed in &drawing.rows.placed {
        let Row::Thing(thing) = placed.row else {
            continue;
        };
        tops.extend(
            bands
                .iter()
                .find(|band| band.thing == thing)
                .map(|band| (band, placed.top)),
        );
        put(
            svg,
            format_args!(
                "<rect class=\"band\" x=\"0\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\"/>",
                number(placed.top + 1.0),
                number(drawing.scale.width),
                number(placed.height - 2.0),
            ),
        );
    }
    axis::draw(drawing, svg, view);
    lane::family(drawing, svg);
    for &(band, top) in &tops {
        band_drawn::wires(drawing, svg, band, top);
    }
    for &lane in &drawing.choice.lanes {
        if let Some(y) = drawing.rows.lane(lane) {
            lane::draw(drawing, svg, lane, y);
        }
    }
    for &(band, top) in &tops {
        band_drawn::items(drawing, svg, band, top);
    }
    std::mem::take(svg)
}
