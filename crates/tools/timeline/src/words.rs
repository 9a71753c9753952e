//! Describes events, states and lists in words.

use common::Kind;

use crate::run::{Class, Event, Run};
use crate::text::{count, cut};

/// The length at which a longer message is cut.
const LONGEST: usize = 36;

/// Describes an event: `take mylock`; or the line, if it was printed.
pub(crate) fn describe(run: &Run, index: usize) -> String {
    let event = &run.events[index];
    let (what, on) = (
        event.label(),
        event.on.map_or("", |on| &run.things[on].name),
    );
    let text = match event.kind {
        Kind::Run => format!("run {what}"),
        Kind::Start => "start".to_owned(),
        Kind::Fork => format!("fork {what}"),
        Kind::Join => format!("join {what}"),
        Kind::Exit => "exit".to_owned(),
        Kind::Kill => format!("kill {what}"),
        Kind::Send => format!("send to {on}: {what}"),
        Kind::Recv => format!("receive from {on}: {what}"),
        Kind::Close if what.is_empty() => format!("close {on}"),
        Kind::Close => format!("close the {what} of {on}"),
        Kind::Eof => format!("end of {on}"),
        Kind::Wait | Kind::WaitLimit if on.is_empty() && what.is_empty() => "wait".to_owned(),
        Kind::Wait | Kind::WaitLimit if on.is_empty() => format!("wait for {what}"),
        Kind::Wait | Kind::WaitLimit if event.waits_for_room() => format!("wait for room in {on}"),
        Kind::Wait | Kind::WaitLimit => format!("wait for {on}"),
        Kind::GiveUp => format!("give up {}", if on.is_empty() { what } else { on }),
        Kind::Resume => "go on".to_owned(),
        Kind::Acquire => format!("take {on}"),
        Kind::Release => format!("give back {on}"),
        Kind::Set if what.is_empty() => format!("tell {on}"),
        Kind::Set => format!("{on} = {what}"),
        Kind::Begin => format!("begin {}", work_name(run, index)),
        Kind::End => format!("end {}", work_name(run, index)),
        Kind::Say => event.say.to_string(),
    };
    text.trim_end().to_owned()
}

/// Describes an event without its lane: `sends url_1 into pipe`.
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

/// Names a piece of work: `task 3`.
pub(crate) fn work(run: &Run, thing: usize, begin: usize) -> String {
    let name = run.things.get(thing).map_or("", |thing| &thing.name);
    let what = run.events.get(begin).map_or("", Event::label);
    named(name, &cut(what, LONGEST))
}

/// Describes what a lane waits for between two events.
pub(crate) fn wait(run: &Run, from: usize, to: Option<usize>) -> String {
    let event = |index: usize| run.events.get(index);
    let next = to.and_then(event);
    match (event(from), next) {
        (Some(from), _) if from.kind.is_wait() => waits_for(run, from),
        (_, Some(next)) => waits_for(run, next),
        _ => "waits".to_owned(),
    }
}

/// Describes what a wait is for, from its own event or from the event that ends it.
fn waits_for(run: &Run, event: &Event) -> String {
    let class = event
        .on
        .and_then(|on| run.things.get(on))
        .map(|on| on.class);
    match class {
        None if event.what.is_empty() => "waits".to_owned(),
        None if event.waits_for_an_end() => {
            format!("waits for {} to end", cut(&event.what, LONGEST))
        }
        None => format!("waits for {}", cut(&event.what, LONGEST)),
        Some(Class::Channel) if event.waits_for_room() => {
            format!("waits for room in {}", thing(run, event))
        }
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

/// Names a piece of work by its event: `task 3`.
pub(crate) fn work_name(run: &Run, event: usize) -> String {
    let event = &run.events[event];
    let thing = event.on.map_or("", |on| &run.things[on].name);
    named(thing, event.label())
}

/// Like [`count`], but with "one" as a word: "one message", "10 messages". Once is "once".
pub(crate) fn number_of(number: usize, what: &str) -> String {
    match number {
        1 if what == "time" => "once".to_owned(),
        1 => format!("one {what}"),
        _ => count(number, what),
    }
}

/// Joins names: "a", "a and b", "a, b and 3 more".
#[must_use]
pub fn some_of(names: &[String]) -> String {
    const MOST: usize = 4;
    match names {
        [] => String::new(),
        [name] => name.clone(),
        [names @ .., last] if names.len() < MOST => format!("{} and {last}", names.join(", ")),
        _ => {
            let left = names.len() - (MOST - 1);
            format!("{} and {left} more", names[..MOST - 1].join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_names_is_cut() {
        let names: Vec<_> = ('a'..='f').map(String::from).collect();
        assert_eq!(some_of(&names[..1]), "a");
        assert_eq!(some_of(&names[..4]), "a, b, c and d");
        assert_eq!(some_of(&names[..5]), "a, b, c and 2 more");
    }
}
