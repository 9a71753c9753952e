//! The words on a lane: what it works on, what it waits for, how long it sleeps.

use std::collections::HashSet;

use super::Drawing;
use super::bars::Named;
use super::text::{escape, fit, number, put, width};
use crate::run::spans::{Span, State};
use crate::text::duration;
use crate::words;

/// To measure the texts on a lane: 10.5 pixels, some of them bold.
const TEXT: f64 = 11.6;

/// A stretch between two drawn events of a lane, without the room that their signs take.
struct Gap {
    from: usize,
    x0: f64,
    x1: f64,
}

impl Drawing<'_> {
    fn gaps(&self, lane: usize) -> Vec<Gap> {
        let events = &self.run.lanes[lane].events;
        let shown = events
            .iter()
            .filter(|&&event| self.choice.place(event).is_some());
        let shown: Vec<usize> = shown.copied().collect();
        let next = shown.iter().skip(1).map(|&next| self.scale.x(next));
        let both = shown.iter().zip(next.chain([self.lane_end(lane)]));
        let gap = |(&from, x1)| Gap {
            from,
            x0: self.scale.x(from) + 7.0,
            x1: x1 - 7.0,
        };
        both.map(gap).collect()
    }

    /// Each name in the widest free stretch of what it names; in every other stretch what the
    /// lane does there, if there is room to say it.
    pub(super) fn labels(&mut self, lane: usize, named: &[Named], spans: &[Span]) {
        let gaps = self.gaps(lane);
        let mut taken = HashSet::new();
        for named in named {
            let within =
                |gap: &&Gap| gap.from >= named.from && named.to.is_none_or(|to| gap.from < to);
            let free = gaps
                .iter()
                .filter(within)
                .filter(|gap| !taken.contains(&gap.from));
            let room = |gap: &Gap| gap.x1 - gap.x0;
            let Some(gap) = free.max_by(|one, other| room(one).total_cmp(&room(other))) else {
                continue;
            };
            if let Some(text) = self.name(named, room(gap)) {
                taken.insert(gap.from);
                let class = if named.is_work { "ton" } else { "th" };
                self.label(class, f64::midpoint(gap.x0, gap.x1), &text);
            }
        }
        for gap in gaps.iter().filter(|gap| !taken.contains(&gap.from)) {
            let span = spans.binary_search_by_key(&gap.from, |span| span.from);
            let Some(span) = span.ok().and_then(|place| spans.get(place)) else {
                continue;
            };
            let works = named.iter().any(|named| {
                named.is_work && named.from <= gap.from && named.to.is_none_or(|to| gap.from < to)
            });
            if let Some((class, text)) = self.state(span, gap.x1 - gap.x0) {
                let class = if works { "ton" } else { class };
                self.label(class, f64::midpoint(gap.x0, gap.x1), &text);
            }
        }
    }

    fn name(&self, named: &Named, room: f64) -> Option<String> {
        let lasts = named.to.map(|to| self.lasts(named.from, to));
        let long = lasts.map(|lasts| format!("{} · {lasts}", named.name));
        let long = long.filter(|long| width(long, TEXT) <= room);
        long.or_else(|| fit(&named.name, TEXT, room))
    }

    fn state(&self, span: &Span, room: f64) -> Option<(&'static str, String)> {
        let lasts = span.to.map(|to| self.lasts(span.from, to));
        let fits = |text: &String| width(text, TEXT) <= room;
        match span.state {
            State::Works => None,
            State::Sleeps => {
                let lasts = lasts.unwrap_or("till the end".to_owned());
                let long = Some(format!("sleeps {lasts}")).filter(fits);
                Some(("ts", long.or(Some(lasts).filter(fits))?))
            }
            State::Waits => {
                let long = words::wait(self.run, span.from, span.to);
                let cut =
                    fit(&long, TEXT, room).filter(|cut| *cut == long || cut.chars().count() > 12);
                Some(("tw", cut.or(Some("waits".to_owned()).filter(fits))?))
            }
        }
    }

    fn lasts(&self, from: usize, to: usize) -> String {
        duration(self.run.events[to].t - self.run.events[from].t)
    }

    fn label(&mut self, class: &str, x: f64, text: &str) {
        put(
            &mut self.svg,
            format_args!(
                "<text class=\"{class} mid\" x=\"{}\" y=\"3.7\">{}</text>",
                number(x),
                escape(text)
            ),
        );
    }
}
