//! Draws what a lane does as bars with labels: pale where it sleeps, hatched where it waits, full
//! where it works, framed where it holds a lock.

use super::bar_labels::{self, Named};
use super::drawing::Drawing;
use super::text::{number, put};
use crate::run::Class;
use crate::run::spans::{Span, State};
use crate::words;

/// The thickness of a lane, and of a wait within a piece of work.
const THICK: f64 = 13.0;
const THIN: f64 = 7.0;

/// All bars of a lane, and their labels.
pub(super) fn draw(drawing: &Drawing<'_>, svg: &mut String, lane: usize) {
    let named = named(drawing, lane);
    let mut spans = drawing.run.spans(lane);
    spans.retain(|span| drawing.choice.shows(span.from, span.to));
    let mut layers = ["run", "sleep", "wait"].map(|class| (class, String::new()));
    let mut waits = String::new();
    for span in &spans {
        let (x0, x1) = extent(drawing, lane, span.from, span.to);
        let layer = match span.state {
            State::Works => 0,
            State::Sleeps => 1,
            State::Waits => 2,
        };
        match is_during_work(drawing, lane, span, &named) {
            false => bar(&mut layers[layer].1, x0, x1, THICK),
            true if span.state == State::Waits => bar(&mut waits, x0, x1, THIN),
            true => {}
        }
    }
    let mut filled = [("do", String::new()), ("held", String::new())];
    for named in &named {
        let (x0, x1) = extent(drawing, lane, named.from, named.to);
        match named.is_work {
            true => bar(&mut filled[0].1, x0, x1, 16.0),
            false => bar(&mut filled[1].1, x0, x1, 16.0),
        }
    }
    for (class, path) in layers.into_iter().chain(filled).chain([("wait", waits)]) {
        if !path.is_empty() {
            put(svg, format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
        }
    }
    bar_labels::draw(drawing, svg, lane, &named, &spans);
}

fn is_during_work(drawing: &Drawing<'_>, lane: usize, span: &Span, named: &[Named]) -> bool {
    let (x0, x1) = extent(drawing, lane, span.from, span.to);
    named.iter().filter(|named| named.is_work).any(|work| {
        let (start, end) = extent(drawing, lane, work.from, work.to);
        start <= x0 && x1 <= end
    })
}

/// The extent of something that may never end, or may outlast its lane.
fn extent(drawing: &Drawing<'_>, lane: usize, from: usize, to: Option<usize>) -> (f64, f64) {
    let end = drawing.lane_end(lane);
    let x1 = to.map_or(end, |to| drawing.scale.x(to).min(end));
    (drawing.scale.x(from), x1)
}

fn named(drawing: &Drawing<'_>, lane: usize) -> Vec<Named> {
    let run = drawing.run;
    let works = run.works(lane).into_iter();
    let works = works.filter(|(_, span)| span.state != State::Sleeps);
    let mut named: Vec<_> = works
        .map(|(thing, span)| Named {
            from: span.from,
            to: span.to,
            name: words::work(run, thing, span.from),
            is_work: true,
        })
        .collect();
    let locks = drawing.choice.things.iter();
    for &thing in locks.filter(|&&thing| run.things[thing].class == Class::Lock) {
        let holds = drawing.facts.holds(thing).iter();
        let its = holds.filter(|hold| hold.lane == lane && hold.depth == 1);
        named.extend(its.map(|hold| Named {
            from: hold.acquire,
            to: hold.release,
            name: format!("holds {}", run.things[thing].name),
            is_work: false,
        }));
    }
    named.retain(|named| drawing.choice.shows(named.from, named.to));
    named
}

/// Adds a bar to a path. All bars of a class form one path, because there are many of them.
fn bar(path: &mut String, x0: f64, x1: f64, height: f64) {
    if x1 - x0 >= 0.2 {
        let (x0, length) = (number(x0), number(x1 - x0));
        let top = number(-height / 2.0);
        put(
            path,
            format_args!("M{x0} {top}h{length}v{height}h-{length}z"),
        );
    }
}
