//! The labels on a lane: what it works on, what it waits for, how long it sleeps.

use std::collections::HashSet;

use super::drawing::Drawing;
use super::text::{escape, fit, number, put, width};
use crate::run::spans::{Span, State};
use crate::time::duration;
use crate::words;

/// The size to measure the texts on a lane: 10.5 pixels, some of them bold.
const TEXT: f64 = 11.6;

/// A stretch of a lane that has a name: a piece of work, or a hold of a lock.
pub(super) struct Named {
    pub(super) from: usize,
    pub(super) to: Option<usize>,
    pub(super) name: String,
    pub(super) is_work: bool,
}

/// A stretch between two drawn events of a lane, without the space for their signs.
struct Gap {
    from: usize,
    x0: f64,
    x1: f64,
}

fn gaps(drawing: &Drawing<'_>, lane: usize) -> Vec<Gap> {
    let events = &drawing.run.lanes[lane].events;
    let shown = events
        .iter()
        .filter(|&&event| drawing.choice.index_of(event).is_some());
    let shown: Vec<usize> = shown.copied().collect();
    let next = shown.iter().skip(1).map(|&next| drawing.scale.x(next));
    let both = shown.iter().zip(next.chain([drawing.lane_end(lane)]));
    let gap = |(&from, x1)| Gap {
        from,
        x0: drawing.scale.x(from) + 7.0,
        x1: x1 - 7.0,
    };
    both.map(gap).collect()
}

/// Draws each name in the widest free part of its stretch. In every other part, draws what the lane
/// does there, if there is room for it.
pub(super) fn draw(
    drawing: &Drawing<'_>,
    svg: &mut String,
    lane: usize,
    named: &[Named],
    spans: &[Span],
) {
    let gaps = gaps(drawing, lane);
    let mut taken = HashSet::new();
    for named in named {
        let within = |gap: &&Gap| gap.from >= named.from && named.to.is_none_or(|to| gap.from < to);
        let free = gaps
            .iter()
            .filter(within)
            .filter(|gap| !taken.contains(&gap.from));
        let room = |gap: &Gap| gap.x1 - gap.x0;
        let Some(gap) = free.max_by(|one, other| room(one).total_cmp(&room(other))) else {
            continue;
        };
        if let Some(text) = name(drawing, named, room(gap)) {
            taken.insert(gap.from);
            let class = if named.is_work { "ton" } else { "th" };
            label(svg, class, f64::midpoint(gap.x0, gap.x1), &text);
        }
    }
    for gap in gaps.iter().filter(|gap| !taken.contains(&gap.from)) {
        let span = spans.binary_search_by_key(&gap.from, |span| span.from);
        let Some(span) = span.ok().and_then(|index| spans.get(index)) else {
            continue;
        };
        let works = named.iter().any(|named| {
            named.is_work && named.from <= gap.from && named.to.is_none_or(|to| gap.from < to)
        });
        if let Some((class, text)) = state(drawing, span, gap.x1 - gap.x0) {
            let class = if works { "ton" } else { class };
            label(svg, class, f64::midpoint(gap.x0, gap.x1), &text);
        }
    }
}

fn name(drawing: &Drawing<'_>, named: &Named, room: f64) -> Option<String> {
    let lasts = named.to.map(|to| lasts(drawing, named.from, to));
    let long = lasts.map(|lasts| format!("{} · {lasts}", named.name));
    let long = long.filter(|long| width(long, TEXT) <= room);
    long.or_else(|| fit(&named.name, TEXT, room))
}

fn state(drawing: &Drawing<'_>, span: &Span, room: f64) -> Option<(&'static str, String)> {
    let lasts = span.to.map(|to| lasts(drawing, span.from, to));
    let fits = |text: &String| width(text, TEXT) <= room;
    match span.state {
        State::Works => None,
        State::Sleeps => {
            let lasts = lasts.unwrap_or("till the end".to_owned());
            let long = Some(format!("sleeps {lasts}")).filter(fits);
            Some(("ts", long.or(Some(lasts).filter(fits))?))
        }
        State::Waits => {
            let long = words::wait(drawing.run, span.from, span.to);
            let cut = fit(&long, TEXT, room).filter(|cut| *cut == long || cut.chars().count() > 12);
            Some(("tw", cut.or(Some("waits".to_owned()).filter(fits))?))
        }
    }
}

fn lasts(drawing: &Drawing<'_>, from: usize, to: usize) -> String {
    duration(drawing.run.events[to].t - drawing.run.events[from].t)
}

fn label(svg: &mut String, class: &str, x: f64, text: &str) {
    put(
        svg,
        format_args!(
            "<text class=\"{class} mid\" x=\"{}\" y=\"3.7\">{}</text>",
            number(x),
            escape(text)
        ),
    );
}
