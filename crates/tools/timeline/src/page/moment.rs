//! The data from which the script shows a moment: what each lane does and what is in each thing,
//! each with its beginning and end; and the clocks of the events.

use super::clocks;
use super::states::states;
use crate::fold::Shown;
use crate::json::{Quoted, list};
use crate::page::picture::choice::Choice;
use crate::page::picture::colour;
use crate::page::picture::contents::{Item, What, contents};
use crate::page::picture::facts::Facts;
use crate::page::picture::text::harmless;
use crate::run::{Class, Run};
use crate::text::cut;

/// The length at which longer texts are cut.
const LONGEST: usize = 40;

/// The data as JSON that may be embedded in a page.
pub(crate) fn data(shown: &Shown<'_>, choice: &Choice, facts: &Facts) -> String {
    let run = &*shown.run;
    let lanes = choice.lanes.iter().map(|&lane| {
        let name = cut(&run.lanes[lane].name, LONGEST);
        let states = states(run, choice, facts, lane).into_iter();
        let states = states.map(|(index, state)| format!("[{index},{}]", Quoted(&state)));
        let (name, colour, states) = (Quoted(&name), colour(lane), list(states));
        format!(r#"{{"n":{name},"c":{},"s":{states}}}"#, Quoted(&colour))
    });
    let things = choice.things.iter().map(|&thing| {
        let name = cut(&run.things[thing].name, LONGEST);
        let empty = match run.things[thing].class {
            Class::Channel => "empty",
            Class::Lock => "free",
            _ => "not set",
        };
        let items = contents(run, facts, thing);
        let items = items.iter().filter(|item| choice.shows(item.from, item.to));
        let items = list(items.map(|item| content(run, choice, item)));
        format!(r#"{{"n":{},"e":"{empty}","v":{items}}}"#, Quoted(&name))
    });
    let (lanes, things) = (list(lanes), list(things));
    let on = list(choice.events.iter().map(|&event| run.events[event].lane));
    let clocks = clocks::steps(shown, choice).into_iter();
    let clocks =
        list(clocks.map(|steps| list(steps.iter().map(|[lane, time]| format!("[{lane},{time}]")))));
    let data = format!(r#"{{"l":{lanes},"t":{things},"on":{on},"c":{clocks}}}"#);
    // Otherwise a text of the log could end the script element.
    let data = data.replace('<', "\\u003c");
    data.chars().map(harmless).collect()
}

/// An item in a thing: the events with which it begins and ends, its text, its colour.
fn content(run: &Run, choice: &Choice, item: &Item) -> String {
    let index = |event: usize| choice.events.partition_point(|&shown| shown < event);
    let event = &run.events[item.from];
    let text = match item.what {
        What::Message => cut(event.label(), LONGEST),
        What::LastWord => "end".to_owned(),
        What::Hold(1) => cut(&run.lanes[event.lane].name, LONGEST),
        What::Hold(depth) => format!("×{depth}"),
        What::Value => format!("= {}", cut(event.label(), LONGEST)),
    };
    let from = index(item.from);
    let to = item
        .to
        .map_or("null".to_owned(), |to| index(to).to_string());
    let colour = colour(event.lane);
    format!("[{from},{to},{},{}]", Quoted(&text), Quoted(&colour))
}
