//! A lane as SVG: its bars, what happens on it, in signs, and the lines to its family.

use common::Kind;

use super::text::{number, put};
use super::{Drawing, glyphs};
use crate::run::moments::Leaving;

impl Drawing<'_> {
    /// All of a lane but the wires.
    pub(super) fn lane(&mut self, lane: usize, y: f64) {
        let colour = colour(lane);
        let middle = number(y);
        put(
            &mut self.svg,
            format_args!("<g class=\"{colour}\" transform=\"translate(0 {middle})\">"),
        );
        self.bars(lane);
        self.end(lane);
        let run = self.run;
        for &event in &run.lanes[lane].events {
            if let Some(place) = self.choice.place(event) {
                let glyph = glyphs::of(run.events[event].kind);
                let x = number(self.scale.x(event));
                put(
                    &mut self.svg,
                    format_args!("<use href=\"#{glyph}\" data-i=\"{place}\" x=\"{x}\"/>"),
                );
            }
        }
        self.svg.push_str("</g>");
    }

    /// Where a lane ends: where somebody killed it, if it did not end by itself.
    pub(super) fn lane_end(&self, lane: usize) -> f64 {
        match self.facts.leaving(lane) {
            Leaving::Ends(event) | Leaving::Killed(event) => self.scale.x(event),
            Leaving::Unknown => self.scale.end,
        }
    }

    fn end(&mut self, lane: usize) {
        let x = number(self.lane_end(lane));
        let mark = match self.facts.leaving(lane) {
            Leaving::Ends(_) => return,
            Leaving::Killed(_) => "dead",
            Leaving::Unknown => "open",
        };
        put(
            &mut self.svg,
            format_args!("<use href=\"#{mark}\" x=\"{x}\"/>"),
        );
    }

    /// The lines from a fork to what it made, from an end to whoever waited for it.
    pub(crate) fn family(&mut self) {
        for (place, &event) in self.choice.events.iter().enumerate() {
            let to = &self.run.events[event];
            let Some(cause) = to.cause else { continue };
            let class = match (self.run.events[cause].kind, to.kind) {
                (Kind::Fork, Kind::Start) => "fork",
                (Kind::Exit, Kind::Join) => "join",
                _ => continue,
            };
            let Some(from_place) = self.choice.place(cause) else {
                continue;
            };
            let lanes = [self.run.events[cause].lane, to.lane].map(|lane| self.rows.lane(lane));
            let [Some(y0), Some(y1)] = lanes else {
                continue;
            };
            let (x0, x1) = (self.scale.x(cause), self.scale.x(event));
            let child = if class == "fork" {
                to.lane
            } else {
                self.run.events[cause].lane
            };
            // Straight to just before the other lane, and there to its event.
            let away = |pixels: f64| number(if y1 > y0 { y1 - pixels } else { y1 + pixels });
            put(
                &mut self.svg,
                format_args!(
                    "<path class=\"{class} {}\" data-a=\"{from_place}\" data-b=\"{place}\" \
                     d=\"M{x0} {}V{}C{x0} {} {x1} {} {x1} {}\"/>",
                    colour(child),
                    number(y0),
                    away(40.0),
                    away(20.0),
                    away(28.0),
                    away(7.0),
                    x0 = number(x0),
                    x1 = number(x1),
                ),
            );
        }
    }
}

/// The class that gives a lane its colour.
pub(crate) fn colour(lane: usize) -> String {
    match lane.checked_sub(1) {
        None => "c0".to_owned(),
        Some(child) => format!("c{}", child % 6 + 1),
    }
}
