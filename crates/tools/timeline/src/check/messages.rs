//! Every message is received, once, and in the order of its sender.

use std::collections::HashMap;

use common::Kind;

use super::{Finding, count, some_of};
use crate::run::{Class, Run};

pub(super) fn check(run: &Run, findings: &mut Vec<Finding>) {
    for (place, thing) in run.things.iter().enumerate() {
        if thing.class == Class::Channel {
            let messages = run.messages(place);
            if !messages.is_empty() {
                arrived(run, place, findings);
                most_at_once(run, place, findings);
            }
        }
    }
}

fn arrived(run: &Run, thing: usize, findings: &mut Vec<Finding>) {
    let name = &run.things[thing].name;
    let messages = run.messages(thing);
    let sent = count(messages.len(), "message");
    let lost = messages.iter().filter(|message| message.recv.is_none());
    let lost: Vec<_> = lost.map(|message| message.send).collect();
    let were = match lost.len() {
        1 => "one was".to_owned(),
        number => format!("{number} were"),
    };
    let wrong = [
        (
            format!("Of {sent} sent into {name}, {were} never received"),
            lost,
        ),
        (
            format!("Received more than once from {name}"),
            received_twice(run, thing),
        ),
        (
            format!("Received from {name} before what its sender had sent earlier"),
            out_of_order(run, thing),
        ),
    ];
    let is_right = wrong.iter().all(|(_, events)| events.is_empty());
    for (text, events) in wrong.into_iter().filter(|(_, events)| !events.is_empty()) {
        let label = |&event: &usize| run.events[event].label().to_owned();
        let labels = some_of(&events.iter().map(label).collect::<Vec<_>>());
        findings.push(Finding::broken(format!("{text}: {labels}."), events));
    }
    if is_right {
        findings.push(Finding::held(match messages.len() {
            1 => format!("The message sent into {name} was received, once."),
            _ => format!("All {sent} sent into {name} were received, each once, in order."),
        }));
    }
}

/// The receives of messages that had been received before.
fn received_twice(run: &Run, thing: usize) -> Vec<usize> {
    let mut times: HashMap<usize, usize> = HashMap::new();
    let receives = run.things[thing].events.iter().copied();
    let receives = receives.filter(|&event| run.events[event].kind == Kind::Recv);
    let is_again = |&event: &usize| {
        run.events[event].cause.is_some_and(|send| {
            let times = times.entry(send).or_default();
            *times += 1;
            *times > 1
        })
    };
    receives.filter(is_again).collect()
}

/// The receives that came after one of a later message, of the same sender and receiver. Between
/// different senders there is no order, and different receivers may each be slow.
fn out_of_order(run: &Run, thing: usize) -> Vec<usize> {
    let mut latest: HashMap<(usize, usize), usize> = HashMap::new();
    let mut overtaken = Vec::new();
    for &event in &run.things[thing].events {
        let receive = &run.events[event];
        let (Kind::Recv, Some(send)) = (receive.kind, receive.cause) else {
            continue;
        };
        let pair = (run.events[send].lane, receive.lane);
        let latest = latest.entry(pair).or_insert(send);
        if send < *latest {
            overtaken.push(event);
        }
        *latest = send.max(*latest);
    }
    overtaken
}

fn most_at_once(run: &Run, thing: usize, findings: &mut Vec<Finding>) {
    let (mut inside, mut most, mut when) = (0_usize, 0, 0);
    for &event in &run.things[thing].events {
        match run.events[event].kind {
            Kind::Send => inside += 1,
            Kind::Recv => inside = inside.saturating_sub(1),
            _ => {}
        }
        if inside > most {
            (most, when) = (inside, event);
        }
    }
    if most > 1 {
        let text = format!(
            "At most {} were in {} at once.",
            count(most, "message"),
            run.things[thing].name
        );
        findings.push(Finding::note(text, vec![when]));
    }
}
