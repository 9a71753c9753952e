//! What a lane does, in bars with a word in them: pale where it sleeps, hatched where it waits,
//! full where it works, framed where it holds a lock.

use std::collections::HashSet;

use super::text::{duration, escape, fit, number, put, width};
use super::{Drawing, words};
use crate::run::Class;
use crate::spans::{Span, State};

/// To measure the texts on a lane: 10.5 pixels, some of them bold.
const TEXT: f64 = 11.6;
/// The thickness of a lane, and of where it waits within a piece of work.
const THICK: f64 = 13.0;
const THIN: f64 = 7.0;

/// A stretch of a lane that has a name: a piece of work, a lock held.
struct Named {
    from: usize,
    to: Option<usize>,
    name: String,
    is_work: bool,
}

/// A stretch between two drawn events of a lane, without the room that their signs take.
struct Gap {
    from: usize,
    x0: f64,
    x1: f64,
}

impl Drawing<'_> {
    /// All bars of a lane, and their labels.
    pub(super) fn bars(&mut self, lane: usize) {
        let named = self.named(lane);
        let mut spans = self.run.spans(lane);
        spans.retain(|span| self.choice.shows(span.from, span.to));
        let during_work = |span: &Span| {
            let (x0, x1) = self.extent(lane, span.from, span.to);
            named.iter().filter(|named| named.is_work).any(|work| {
                let (start, end) = self.extent(lane, work.from, work.to);
                start <= x0 && x1 <= end
            })
        };
        let mut layers = ["run", "sleep", "wait"].map(|class| (class, String::new()));
        let mut waits = String::new();
        for span in &spans {
            let (x0, x1) = self.extent(lane, span.from, span.to);
            let layer = match span.state {
                State::Works => 0,
                State::Sleeps => 1,
                State::Waits => 2,
            };
            match during_work(span) {
                false => bar(&mut layers[layer].1, x0, x1, THICK),
                true if span.state == State::Waits => bar(&mut waits, x0, x1, THIN),
                true => {}
            }
        }
        let mut filled = [("do", String::new()), ("held", String::new())];
        for named in &named {
            let (x0, x1) = self.extent(lane, named.from, named.to);
            match named.is_work {
                true => bar(&mut filled[0].1, x0, x1, 16.0),
                false => bar(&mut filled[1].1, x0, x1, 16.0),
            }
        }
        for (class, path) in layers.into_iter().chain(filled).chain([("wait", waits)]) {
            if !path.is_empty() {
                put(
                    &mut self.svg,
                    format_args!("<path class=\"{class}\" d=\"{path}\"/>"),
                );
            }
        }
        self.labels(lane, &named, &spans);
    }

    /// From where to where something lasts that may never end.
    fn extent(&self, lane: usize, from: usize, to: Option<usize>) -> (f64, f64) {
        let x1 = to.map_or_else(|| self.lane_end(lane), |to| self.scale.x(to));
        (self.scale.x(from), x1)
    }

    fn named(&self, lane: usize) -> Vec<Named> {
        let run = self.run;
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
        let locks = self.choice.things.iter();
        for &thing in locks.filter(|&&thing| run.things[thing].class == Class::Lock) {
            let holds = self.facts.holds(thing).iter();
            let its = holds.filter(|hold| hold.lane == lane && hold.depth == 1);
            named.extend(its.map(|hold| Named {
                from: hold.acquire,
                to: hold.release,
                name: format!("holds {}", run.things[thing].name),
                is_work: false,
            }));
        }
        named.retain(|named| self.choice.shows(named.from, named.to));
        named
    }

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
    fn labels(&mut self, lane: usize, named: &[Named], spans: &[Span]) {
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
                let cut = fit(&long, TEXT, room).filter(|cut| cut.chars().count() > 12);
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

/// Adds a bar to a path. Bars of a class are one path: there are many of them.
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
