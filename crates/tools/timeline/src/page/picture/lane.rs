//! Draws a lane as SVG: its bars, the signs of its events, and the lines to its family.

use common::Kind;

use super::drawing::{Drawing, colour};
use super::text::{number, put};
use super::{bars, glyphs};
use crate::run::leaving::Leaving;

/// Draws all of a lane except the wires.
pub(super) fn draw(drawing: &Drawing<'_>, svg: &mut String, lane: usize, y: f64) {
    let colour = colour(lane);
    let middle = number(y);
    put(
        svg,
        format_args!("<g class=\"{colour}\" transform=\"translate(0 {middle})\">"),
    );
    bars::draw(drawing, svg, lane);
    end(drawing, svg, lane);
    let run = drawing.run;
    for &event in &run.lanes[lane].events {
        if let Some(index) = drawing.choice.index_of(event) {
            let glyph = glyphs::of(run.events[event].kind);
            let x = number(drawing.scale.x(event));
            put(
                svg,
                format_args!("<use href=\"#{glyph}\" data-i=\"{index}\" x=\"{x}\"/>"),
            );
        }
    }
    svg.push_str("</g>");
}

fn end(drawing: &Drawing<'_>, svg: &mut String, lane: usize) {
    let x = number(drawing.lane_end(lane));
    let mark = match drawing.facts.leaving(lane) {
        Leaving::Ends(_) => return,
        Leaving::Killed(_) => "dead",
        Leaving::Unknown => "open",
    };
    put(svg, format_args!("<use href=\"#{mark}\" x=\"{x}\"/>"));
}

/// Draws the lines from a fork to the new lane, and from an end to the lane that waited for it.
pub(super) fn family(drawing: &Drawing<'_>, svg: &mut String) {
    for (index, &event) in drawing.choice.events.iter().enumerate() {
        let to = &drawing.run.events[event];
        let Some(cause) = to.cause else { continue };
        let class = match (drawing.run.events[cause].kind, to.kind) {
            (Kind::Fork, Kind::Start) => "fork",
            (Kind::Exit, Kind::Join) => "join",
            _ => continue,
        };
        let Some(from_index) = drawing.choice.index_of(cause) else {
            continue;
        };
        let lanes = [drawing.run.events[cause].lane, to.lane].map(|lane| drawing.rows.lane(lane));
        let [Some(y0), Some(y1)] = lanes else {
            continue;
        };
        let (x0, x1) = (drawing.scale.x(cause), drawing.scale.x(event));
        let child = if class == "fork" {
            to.lane
        } else {
            drawing.run.events[cause].lane
        };
        // Straight to a point near the other lane, and from there to its event.
        let away = |pixels: f64| number(if y1 > y0 { y1 - pixels } else { y1 + pixels });
        put(
            svg,
            format_args!(
                "<path class=\"{class} {}\" data-a=\"{from_index}\" data-b=\"{index}\" \
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
