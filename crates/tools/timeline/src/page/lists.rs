//! The run as lists: what it printed, and all of its events.

use common::Kind;

use crate::page::picture::choice::Choice;
use crate::page::picture::colour;
use crate::page::picture::text::{cut_middle, escape, put};
use crate::run::Run;
use crate::words;

/// The printed lines.
pub(crate) fn transcript(run: &Run, choice: &Choice) -> String {
    let unit = Unit::of(run.length());
    let mut html = format!(
        "<section class=\"out\"><h2>What it printed <span>{} since the start</span></h2><ol>\n",
        unit.name
    );
    for (place, &event) in choice.events.iter().enumerate() {
        let event = &run.events[event];
        if event.kind != Kind::Say {
            continue;
        }
        put(
            &mut html,
            format_args!(
                "<li data-i=\"{place}\" class=\"{}\"><time>{}</time><b>{}</b><span>{}</span></li>\n",
                colour(event.lane),
                unit.show(event.t),
                escape(&cut_middle(&run.lanes[event.lane].name, 12.0, 92.0)),
                escape(&event.say),
            ),
        );
    }
    html + "</ol></section>\n"
}

/// The picture as a table, for those who hear it, and for whoever wants to search it.
pub(crate) fn table(run: &Run, choice: &Choice) -> String {
    let unit = Unit::of(run.length());
    let mut html = format!(
        "<details><summary>All events, one a line</summary><div class=\"scroll\">\
         <table id=\"events\" data-unit=\"{}\"><thead><tr><th>Event<th>{}<th>Who<th>What happened<th>Because of\
         </thead><tbody>\n",
        unit.short, unit.name
    );
    for &place in &choice.events {
        let event = &run.events[place];
        let cause = event
            .cause
            .map_or(String::new(), |cause| format!("event {}", cause + 1));
        put(
            &mut html,
            format_args!(
                "<tr><td>{}<td>{}<td>{}<td>{}<td>{cause}\n",
                place + 1,
                unit.show(event.t),
                escape(&run.lanes[event.lane].name),
                escape(&words::sentence(run, place)),
            ),
        );
    }
    html + "</tbody></table></div></details>\n"
}

/// In what the times of a run are shown.
struct Unit {
    name: &'static str,
    short: &'static str,
    nanoseconds: f64,
}

impl Unit {
    fn of(length: u64) -> Self {
        let (name, short, nanoseconds) = match length {
            0..1_000_000 => ("microseconds", "µs", 1e3),
            1_000_000..1_000_000_000 => ("milliseconds", "ms", 1e6),
            _ => ("seconds", "s", 1e9),
        };
        Self {
            name,
            short,
            nanoseconds,
        }
    }

    fn show(&self, t: u64) -> String {
        format!("{:.3}", t as f64 / self.nanoseconds)
    }
}
