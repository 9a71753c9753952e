//! A run as a space-time diagram in SVG: a lane for each process, thread or task, and between
//! the lanes each pipe, lock or value as a place with something in it.
//!
//! `choice` says what is drawn, `scale` and `rows` where; `lane`, `bars`, `band_drawn` and `axis` draw.
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
use facts::Facts;
pub(crate) use lane::colour;
use rows::{Row, Rows};
use scale::{Scale, View};
use text::{number, put};

/// How a picture looks: colours for light and dark, shapes.
pub(crate) const STYLE: &str = include_str!("picture/picture.css");

/// Of the names to the left of the picture.
pub(crate) const NAMES_WIDTH: f64 = 150.0;

/// One view of a run, drawn.
pub(crate) struct Picture {
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// What belongs into the SVG of the names, which stays in sight.
    pub(crate) names: String,
    /// What belongs into that of the picture.
    pub(crate) figure: String,
}

/// A picture that is being drawn.
struct Drawing<'a> {
    run: &'a Run,
    choice: &'a Choice,
    facts: &'a Facts,
    scale: Scale,
    rows: Rows,
    svg: String,
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
        let mut drawing = Drawing {
            run,
            choice,
            facts,
            rows: Rows::new(&order, &bands),
            scale,
            svg: String::new(),
        };
        drawing.all(view, &bands);
        Self {
            width: drawing.scale.width,
            height: drawing.rows.height,
            names: drawing.names(),
            figure: drawing.svg,
        }
    }
}

impl Drawing<'_> {
    /// From back to front.
    fn all(&mut self, view: View, bands: &[Band]) {
        let mut tops = Vec::with_capacity(bands.len());
        for placed in &self.rows.placed {
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
                &mut self.svg,
                format_args!(
                    "<rect class=\"band\" x=\"0\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\"/>",
                    number(placed.top + 1.0),
                    number(self.scale.width),
                    number(placed.height - 2.0),
                ),
            );
        }
        self.axis(view);
        self.family();
        for &(band, top) in &tops {
            self.wires(band, top);
        }
        for &lane in &self.choice.lanes {
            if let Some(y) = self.rows.lane(lane) {
                self.lane(lane, y);
            }
        }
        for &(band, top) in &tops {
            self.items(band, top);
        }
    }

    /// The colour of the lane that an event is on.
    fn colour(&self, event: usize) -> String {
        colour(self.run.events[event].lane)
    }
}
