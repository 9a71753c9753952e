//! A lane as SVG: what it does, in bars; what happens on it, in glyphs.

use std::collections::HashSet;

use common::Kind;

use super::facts::Ending;
use super::text::{duration, escape, fit, number, put, width};
use super::{Drawing, glyphs, words};
use crate::run::Class;
use crate::spans::{Span, State};

/// Of the texts on a lane, in pixels.
const TEXT: f64 = 10.5;

/// A stretch of a lane that is filled with its colour: a piece of work, a lock held.
struct Solid {
    from: usize,
    to: Option<usize>,
    name: String,
}

/// A stretch between two events of a lane.
struct Gap {
    from: usize,
    x0: f64,
    x1: f64,
}

impl Drawing<'_> {
    /// All of a lane but the wires.
    pub(crate) fn lane(&mut self, lane: usize, y: f64) {
        let colour = colour(lane);
        let middle = number(y);
        put(
            &mut self.svg,
            format_args!("<g class=\"{colour}\" transform=\"translate(0 {middle})\">"),
        );
        let gaps = self.gaps(lane);
        let solids = self.solids(lane);
        let mut spans = self.run.spans(lane);
        spans.retain(|span| self.choice.shows(span.from, span.to));
        let mut taken = HashSet::new();
        self.bars(lane, &spans, &solids, false);
        for solid in &solids {
            let (x0, x1) = self.extent(lane, solid.from, solid.to);
            self.bar("do", x0, x1, 16.0);
        }
        self.bars(lane, &spans, &solids, true);
        for solid in &solids {
            self.solid_label(solid, &gaps, &mut taken);
        }
        self.state_labels(lane, &gaps, &spans, &taken, &solids);
        self.end(lane);
        for &event in &self.run.lanes[lane].events {
            if let Some(place) = self.choice.place(event) {
                self.glyph(event, place);
            }
        }
        self.svg.push_str("</g>");
    }

    /// From where to where something lasts that may never end.
    fn extent(&self, lane: usize, from: usize, to: Option<usize>) -> (f64, f64) {
        let x1 = to.map_or_else(|| self.lane_end(lane), |to| self.scale.x(to));
        (self.scale.x(from), x1)
    }

    /// Where a lane ends: where somebody killed it, if it did not end by itself.
    fn lane_end(&self, lane: usize) -> f64 {
        let end = self.facts.end(lane).0;
        end.map_or_else(|| self.scale.end(), |event| self.scale.x(event))
    }

    fn gaps(&self, lane: usize) -> Vec<Gap> {
        let events = &self.run.lanes[lane].events;
        let shown = events
            .iter()
            .filter(|&&event| self.choice.place(event).is_some());
        let shown: Vec<usize> = shown.copied().collect();
        let next = shown.iter().skip(1).map(|&next| self.scale.x(next));
        let next = next.chain([self.lane_end(lane)]);
        let both = shown.iter().zip(next);
        both.map(|(&from, x1)| Gap {
            from,
            x0: self.scale.x(from) + 7.0,
            x1: x1 - 7.0,
        })
        .collect()
    }

    fn solids(&self, lane: usize) -> Vec<Solid> {
        let run = self.run;
        let works = run.works(lane).into_iter();
        let works = works.filter(|(_, span)| span.state != State::Sleeps);
        let mut solids: Vec<_> = works
            .map(|(thing, span)| Solid {
                from: span.from,
                to: span.to,
                name: words::work(run, thing, span.from),
            })
            .collect();
        let locks = self.choice.things.iter();
        let locks = locks.filter(|&&thing| run.things[thing].class == Class::Lock);
        for &thing in locks {
            let holds = self.facts.holds(thing).iter();
            let its = holds.filter(|hold| hold.lane == lane && hold.depth == 1);
            solids.extend(its.map(|hold| Solid {
                from: hold.acquire,
                to: hold.release,
                name: format!("holds {}", run.things[thing].name),
            }));
        }
        solids.retain(|solid| self.choice.shows(solid.from, solid.to));
        solids
    }

    /// What the lane does: `within` what is filled, or elsewhere.
    fn bars(&mut self, lane: usize, spans: &[Span], solids: &[Solid], within: bool) {
        for span in spans {
            let (x0, x1) = self.extent(lane, span.from, span.to);
            let inside = solids.iter().any(|solid| {
                let (start, end) = self.extent(lane, solid.from, solid.to);
                start <= x0 && x1 <= end
            });
            let class = match span.state {
                State::Works => "run",
                State::Sleeps => "sleep",
                State::Waits => "wait",
            };
            if inside != within || within && span.state == State::Works {
                continue;
            }
            self.bar(class, x0, x1, if within { 8.0 } else { 13.0 });
        }
    }

    fn bar(&mut self, class: &str, x0: f64, x1: f64, height: f64) {
        if x1 - x0 < 0.2 {
            return;
        }
        put(
            &mut self.svg,
            format_args!(
                "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                number(x0),
                number(-height / 2.0),
                number(x1 - x0),
                number(height)
            ),
        );
    }

    /// In the widest stretch between two events within it, so that no glyph hides it.
    fn solid_label(&mut self, solid: &Solid, gaps: &[Gap], taken: &mut HashSet<usize>) {
        let within = |gap: &&Gap| gap.from >= solid.from && solid.to.is_none_or(|to| gap.from < to);
        let free = gaps.iter().filter(within);
        let free = free.filter(|gap| !taken.contains(&gap.from));
        let widest = free.max_by(|one, other| (one.x1 - one.x0).total_cmp(&(other.x1 - other.x0)));
        let Some(gap) = widest else { return };
        let lasts = solid
            .to
            .map(|to| duration(self.run.events[to].t - self.run.events[solid.from].t));
        let room = gap.x1 - gap.x0;
        let long = lasts.map(|lasts| format!("{} · {lasts}", solid.name));
        let long = long.filter(|long| width(long, TEXT) <= room);
        let Some(text) = long.or_else(|| fit(&solid.name, TEXT, room)) else {
            return;
        };
        taken.insert(gap.from);
        self.text("ton", f64::midpoint(gap.x0, gap.x1), &text);
    }

    fn state_labels(
        &mut self,
        lane: usize,
        gaps: &[Gap],
        spans: &[Span],
        taken: &HashSet<usize>,
        solids: &[Solid],
    ) {
        for gap in gaps.iter().filter(|gap| !taken.contains(&gap.from)) {
            let at = spans.binary_search_by_key(&gap.from, |span| span.from);
            let Some(span) = at.ok().map(|place| spans[place]) else {
                continue;
            };
            let lasts = span
                .to
                .map(|to| self.run.events[to].t - self.run.events[span.from].t);
            let lasts = lasts.map_or("till the end".to_owned(), duration);
            let (class, long, short) = match span.state {
                State::Works => continue,
                State::Sleeps => ("ts", format!("sleeps {lasts}"), lasts),
                State::Waits => {
                    let waits = words::wait(self.run, span.from, span.to);
                    ("tw", waits, "waits".to_owned())
                }
            };
            let room = gap.x1 - gap.x0;
            let fits = |text: &String| width(text, TEXT) <= room;
            let cut = || fit(&long, TEXT, room).filter(|_| class == "tw");
            let text = Some(long.clone()).filter(fits);
            let Some(text) = text.or_else(cut).or(Some(short).filter(fits)) else {
                continue;
            };
            let (x0, x1) = (gap.x0, gap.x1);
            let on_solid = solids.iter().any(|solid| {
                let (start, end) = self.extent(lane, solid.from, solid.to);
                start <= x0 && x1 <= end
            });
            self.text(
                if on_solid { "ton" } else { class },
                f64::midpoint(x0, x1),
                &text,
            );
        }
    }

    fn text(&mut self, class: &str, x: f64, text: &str) {
        put(
            &mut self.svg,
            format_args!(
                "<text class=\"{class} mid\" x=\"{}\" y=\"3.7\">{}</text>",
                number(x),
                escape(text)
            ),
        );
    }

    fn end(&mut self, lane: usize) {
        let x = number(self.lane_end(lane));
        let mark = match self.facts.end(lane).1 {
            Ending::Itself => return,
            Ending::Killed => "dead",
            Ending::Open => "open",
        };
        put(
            &mut self.svg,
            format_args!("<use href=\"#{mark}\" x=\"{x}\"/>"),
        );
    }

    fn glyph(&mut self, event: usize, place: usize) {
        let glyph = glyphs::of(self.run.events[event].kind);
        let x = number(self.scale.x(event));
        put(
            &mut self.svg,
            format_args!("<use href=\"#{glyph}\" class=\"e\" data-i=\"{place}\" x=\"{x}\""),
        );
        if self.tooltips {
            let said = escape(&words::sentence(self.run, event));
            put(&mut self.svg, format_args!("><title>{said}</title></use>"));
        } else {
            self.svg.push_str("/>");
        }
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
                    "<path class=\"{class} m {}\" data-a=\"{from_place}\" data-b=\"{place}\" \
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
