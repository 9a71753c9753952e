//! A band as SVG: capsules, owners, values, and the wires to the lanes.

use super::band::{Band, TEXT};
use super::contents::{Item, Place, What};
use super::drawing::Drawing;
use super::text::{escape, number, put};

/// Draws the wires of a band. They are drawn first, below everything else.
pub(super) fn wires(drawing: &Drawing<'_>, svg: &mut String, band: &Band, top: f64) {
    for item in &band.items {
        let y = top + band.y(item);
        let to = match item.what {
            What::Message | What::LastWord => item.to,
            What::Hold(1) => item
                .to
                .filter(|&to| drawing.run.events[to].on == Some(band.thing)),
            What::Hold(_) => continue,
            What::Value => None,
        };
        let mut path = String::new();
        let ends = [(Some(item.from), item.x0), (to, item.x1)];
        for (end, (event, x)) in ends.into_iter().enumerate() {
            let lane = event.map(|event| drawing.run.events[event].lane);
            let Some(lane_y) = lane.and_then(|lane| drawing.rows.lane(lane)) else {
                continue;
            };
            let x = number(x);
            put(
                &mut path,
                format_args!("M{x} {}V{}", number(lane_y), number(y)),
            );
            if end == 1 && matches!(item.what, What::Message | What::LastWord) {
                // The head of the arrow. It is the only part of the path that has an area.
                let (away, wing) = if lane_y > y { (-7.0, -6) } else { (7.0, 6) };
                let tip = number(lane_y + away);
                put(&mut path, format_args!("M{x} {tip}l-3 {wing}h6z"));
            }
        }
        if !path.is_empty() {
            let (colour, ends) = (drawing.colour(item.from), lights(drawing, item));
            let class = wire_class(item.what);
            put(
                svg,
                format_args!("<path class=\"{class} {colour}\"{ends} d=\"{path}\"/>"),
            );
        }
    }
}

/// Draws the contents of a band.
pub(super) fn items(drawing: &Drawing<'_>, svg: &mut String, band: &Band, top: f64) {
    for item in &band.items {
        let thick = (band.level_height() - 5.0).max(1.5);
        let thick = match item.what {
            What::Hold(depth @ 2..) => (thick + 1.0 - 3.5 * depth as f64).max(5.0),
            // Not so thick that a short message looks like an egg.
            What::Message | What::LastWord => thick.min((item.x1 - item.x0).max(9.0)),
            _ => thick,
        };
        let y = top + band.y(item);
        let (colour, ends) = (drawing.colour(item.from), lights(drawing, item));
        put(svg, format_args!("<g class=\"{colour}\"{ends}>"));
        let round = match item.what {
            What::Message | What::LastWord => thick / 2.0,
            _ => 3.0,
        };
        let lost = if item.to.is_none() { " lost" } else { "" };
        put(
            svg,
            format_args!(
                "<rect class=\"{}{lost}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" \
                 rx=\"{}\"/>",
                class(item.what),
                number(item.x0),
                number(y - thick / 2.0),
                number((item.x1 - item.x0).max(2.0)),
                number(thick),
                number(round),
            ),
        );
        if band.level_height() > 15.0 {
            item_label(svg, item, y);
        }
        svg.push_str("</g>");
    }
}

fn item_label(svg: &mut String, item: &Item, y: f64) {
    let Some(label) = &item.label else { return };
    let side = match label.place {
        Place::Inside => " mid",
        Place::Right => " by",
        Place::Left => " by left",
    };
    let kind = match item.what {
        What::Message | What::LastWord => "tm",
        What::Hold(1) => "ton",
        What::Hold(_) => "tx",
        What::Value => "tv",
    };
    put(
        svg,
        format_args!(
            "<text class=\"{kind}{side}\" x=\"{}\" y=\"{}\">{}</text>",
            number(label.x),
            number(y + TEXT * 0.36),
            escape(&label.text)
        ),
    );
}

/// The drawn events that light up together with an item.
fn lights(drawing: &Drawing<'_>, item: &Item) -> String {
    let index = |event| drawing.choice.index_of(event);
    let mut ends = String::new();
    if let Some(from) = index(item.from) {
        put(&mut ends, format_args!(" data-a=\"{from}\""));
    }
    if let Some(to) = item.to.and_then(index) {
        put(&mut ends, format_args!(" data-b=\"{to}\""));
    }
    ends
}

fn class(what: What) -> &'static str {
    match what {
        What::Message => "cap",
        What::LastWord => "cap eof",
        What::Hold(1) => "own",
        What::Hold(_) => "nest",
        What::Value => "cell",
    }
}

fn wire_class(what: What) -> &'static str {
    match what {
        What::Message => "w",
        What::LastWord => "w eof",
        What::Hold(_) => "w hold",
        What::Value => "w set",
    }
}
