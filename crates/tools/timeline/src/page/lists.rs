//! The run as lists: the printed lines, and all events.

use common::Kind;

use crate::page::picture::choice::Choice;
use crate::page::picture::colour;
use crate::page::picture::text::{cut_middle, escape, put};
use crate::run::Run;
use crate::time::Unit;
use crate::words;

/// The printed lines.
pub(crate) fn transcript(run: &Run, choice: &Choice) -> String {
    let unit = unit_of(run);
    let mut html = format!(
        "<section class=\"out\"><h2>What it printed <span>{} since the start</span></h2><ol>\n",
        unit.name
    );
    for (index, &event) in choice.events.iter().enumerate() {
        let event = &run.events[event];
        if event.kind != Kind::Say {
            continue;
        }
        put(
            &mut html,
            format_args!(
                "<li data-i=\"{index}\" class=\"{}\"><time>{}</time><b>{}</b><span>{}</span></li>\n",
                colour(event.lane),
                unit.thousandths(event.t),
                escape(&cut_middle(&run.lanes[event.lane].name, 12.0, 92.0)),
                escape(&event.say),
            ),
        );
    }
    html + "</ol></section>\n"
}

/// The picture as a table, for readers who use a screen reader or want to search it.
pub(crate) fn table(run: &Run, choice: &Choice) -> String {
    let unit = unit_of(run);
    let mut html = format!(
        "<details><summary>All events, one a line</summary><div class=\"scroll\">\
         <table id=\"events\" data-unit=\"{}\"><thead><tr><th>Event<th>{}<th>Who<th>What happened<th>Because of\
         </thead><tbody>\n",
        unit.short, unit.name
    );
    for &index in &choice.events {
        let event = &run.events[index];
        let cause = event
            .cause
            .map_or(String::new(), |cause| format!("event {}", cause + 1));
        put(
            &mut html,
            format_args!(
                "<tr><td>{}<td>{}<td>{}<td>{}<td>{cause}\n",
                index + 1,
                unit.thousandths(event.t),
                escape(&run.lanes[event.lane].name),
                escape(&words::sentence(run, index)),
            ),
        );
    }
    html + "</tbody></table></div></details>\n"
}

/// The unit in which the times of a run are shown.
fn unit_of(run: &Run) -> Unit {
    Unit::of(run.length().max(Unit::MICROSECONDS.nanoseconds))
}
