//! What the script needs to say what is going on at a moment: for each lane what it does, for
//! each thing what is in it, each from when to when; and the clocks of the events.

use serde_json::{Value, json};

use super::clocks;
use super::states::states;
use crate::picture::choice::Choice;
use crate::picture::colour;
use crate::picture::contents::{Item, What, contents};
use crate::picture::facts::Facts;
use crate::picture::text::{cut, harmless};
use crate::run::{Class, Run};

/// Longer texts are cut.
const LONGEST: usize = 40;

/// As JSON that may stand in a page.
pub(crate) fn data(run: &Run, choice: &Choice, facts: &Facts) -> String {
    let lanes = choice.lanes.iter().map(|&lane| {
        let name = cut(&run.lanes[lane].name, LONGEST);
        json!({"n": name, "c": colour(lane), "s": states(run, choice, facts, lane)})
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
        let items: Vec<_> = items.map(|item| content(run, choice, item)).collect();
        json!({"n": name, "e": empty, "v": items})
    });
    let on: Vec<_> = choice
        .events
        .iter()
        .map(|&event| run.events[event].lane)
        .collect();
    let data = json!({
        "l": lanes.collect::<Vec<_>>(),
        "t": things.collect::<Vec<_>>(),
        "on": on,
        "c": clocks::steps(run, choice),
    });
    // No text of the log may end the script that it stands in.
    let data = data.to_string().replace('<', "\\u003c");
    data.chars().map(harmless).collect()
}

/// From which event to which something is in a thing, its text, its colour.
fn content(run: &Run, choice: &Choice, item: &Item) -> Value {
    let place = |event: usize| choice.events.partition_point(|&shown| shown < event);
    let event = &run.events[item.from];
    let text = match item.what {
        What::Message => cut(event.label(), LONGEST),
        What::LastWord => "end".to_owned(),
        What::Hold(1) => cut(&run.lanes[event.lane].name, LONGEST),
        What::Hold(depth) => format!("×{depth}"),
        What::Value => format!("= {}", cut(event.label(), LONGEST)),
    };
    json!([
        place(item.from),
        item.to.map(place),
        text,
        colour(event.lane)
    ])
}
