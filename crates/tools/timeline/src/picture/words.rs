//! Events and states in words.

use common::Kind;

use super::text::cut;
use crate::run::{Class, Event, Run};

/// A longer message is cut.
const LONGEST: usize = 36;

/// What happened, without who did it: `sends url_1 into pipe`.
pub(crate) fn sentence(run: &Run, event: usize) -> String {
    let Some(event) = run.events.get(event) else {
        return String::new();
    };
    let what = cut(event.label(), LONGEST);
    let on = thing(run, event);
    match event.kind {
        Kind::Run => "begins the run".to_owned(),
        Kind::Start => "starts".to_owned(),
        Kind::Exit => "ends".to_owned(),
        Kind::Fork => format!("starts {what}"),
        Kind::Join => format!("joins {what}"),
        Kind::Kill => format!("kills {what}"),
        Kind::Send => format!("sends {what} into {on}"),
        Kind::Recv => format!("takes {what} out of {on}"),
        Kind::Close if what.is_empty() => format!("closes its end of {on}"),
        Kind::Close => format!("closes its {what} of {on}"),
        Kind::Eof => format!("sees the end of {on}"),
        Kind::Wait | Kind::WaitLimit => waits_for(run, event),
        Kind::GiveUp => format!("no longer {}", waits_for(run, event)),
        Kind::Resume => "goes on".to_owned(),
        Kind::Acquire => format!("takes {on}"),
        Kind::Release => format!("gives {on} back"),
        Kind::Set if what.is_empty() => format!("signals {on}"),
        Kind::Set => format!("sets {on} to {what}"),
        Kind::Begin if on == "pause" => "falls asleep".to_owned(),
        Kind::End if on == "pause" => "wakes up".to_owned(),
        Kind::Begin => format!("begins {}", named(on, &what)),
        Kind::End => format!("ends {}", named(on, &what)),
        Kind::Say => format!("prints: {}", event.say),
    }
}

/// A piece of work by its name: `task 3`.
pub(crate) fn work(run: &Run, thing: usize, begin: usize) -> String {
    let name = run.things.get(thing).map_or("", |thing| &thing.name);
    let what = run.events.get(begin).map_or("", Event::label);
    named(name, &cut(what, LONGEST))
}

/// What a lane that waits between two events waits for.
pub(crate) fn wait(run: &Run, from: usize, to: Option<usize>) -> String {
    let event = |place: usize| run.events.get(place);
    let next = to.and_then(event);
    match (event(from), next) {
        (Some(from), _) if from.kind.is_wait() => waits_for(run, from),
        (_, Some(next)) => waits_for(run, next),
        _ => "waits".to_owned(),
    }
}

/// What a wait is for, by its own event or by the one that it comes to.
fn waits_for(run: &Run, event: &Event) -> String {
    let class = event
        .on
        .and_then(|on| run.things.get(on))
        .map(|on| on.class);
    match class {
        None if event.what.is_empty() => "waits".to_owned(),
        None => format!("waits for {} to end", cut(&event.what, LONGEST)),
        Some(Class::Channel) => format!("waits at {}", thing(run, event)),
        Some(_) => format!("waits for {}", thing(run, event)),
    }
}

fn thing<'a>(run: &'a Run, event: &Event) -> &'a str {
    let thing = event.on.and_then(|on| run.things.get(on));
    thing.map_or("something", |thing| &thing.name)
}

fn named(name: &str, what: &str) -> String {
    match what {
        "" => name.to_owned(),
        what if what.starts_with(|first: char| first.is_ascii_digit()) => format!("{name} {what}"),
        what => what.to_owned(),
    }
}
