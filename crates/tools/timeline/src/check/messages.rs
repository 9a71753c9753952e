//! Checks that every message is received once, and in the order of its sender.

use std::collections::{HashMap, HashSet};

use common::Kind;
use common::log::what;

use super::finding::{Finding, Verdict};
use crate::run::leaving::has_ended;
use crate::run::spans::{Message, levels};
use crate::run::{Class, End, Run};
use crate::words::{number_of, some_of};

pub(super) fn check(run: &Run, findings: &mut Vec<Finding>) {
    let is_over = has_ended(run);
    for (index, thing) in run.things.iter().enumerate() {
        if thing.class == Class::Channel {
            let messages = run.messages(index);
            if !messages.is_empty() {
                arrived(run, index, is_over, findings);
                most_at_once(run, index, findings);
            }
        }
    }
}

fn arrived(run: &Run, thing: usize, is_over: bool, findings: &mut Vec<Finding>) {
    let name = &run.things[thing].name;
    let is_matched = is_matched(run, thing);
    let mut cases = vec![
        (
            Verdict::Broken,
            format!("Received more than once from {name}"),
            received_twice(run, thing),
        ),
        (
            Verdict::Broken,
            format!("Received from {name} before what its sender had sent earlier"),
            out_of_order(run, thing),
        ),
    ];
    if is_matched {
        cases.splice(0..0, not_received(run, thing, is_over));
    }
    cases.retain(|(.., events)| !events.is_empty());
    if cases.is_empty() && is_matched {
        findings.push(Finding::held(match run.messages(thing).len() {
            1 => format!("The message sent into {name} was received, once."),
            number => {
                let sent = number_of(number, "message");
                format!("All {sent} sent into {name} were received, each once, in order.")
            }
        }));
    }
    for (verdict, text, events) in cases {
        let labels = events
            .iter()
            .map(|&event| run.events[event].label().to_owned());
        let sentence = format!("{text}: {}.", some_of(&labels.collect::<Vec<_>>()));
        findings.push(Finding::new(verdict, sentence, events));
    }
}

/// The findings on messages without a known receive, and on receives without a known send.
fn not_received(run: &Run, thing: usize, is_over: bool) -> Vec<(Verdict, String, Vec<usize>)> {
    let name = &run.things[thing].name;
    let messages = run.messages(thing).into_iter();
    // The receives of messages that were sent before a gap may be missing.
    let is_known = |message: &Message| run.damage.is_whole_from(message.send);
    let (known, unknown): (Vec<_>, Vec<_>) = messages.partition(is_known);
    let after = match unknown.is_empty() {
        true => "",
        false => " after the gap in the log",
    };
    let mut cases = Vec::new();
    let mut unsent = Vec::new();
    for (messages, into) in [(known, format!("{name}{after}")), (unknown, name.clone())] {
        let lost = messages.iter().filter(|message| message.recv.is_none());
        let lost = lost.map(|message| message.send);
        let (open, lost): (Vec<_>, Vec<_>) = lost.partition(|&send| is_open(run, send));
        unsent.extend(open);
        let sent = number_of(messages.len(), "message");
        let were = match lost.len() {
            1 => "one was".to_owned(),
            number => format!("{number} were"),
        };
        // The messages of one side arrive in order, so only the last ones can still be on their way.
        let lane = |send: usize| run.events[send].lane;
        let received = messages.iter().filter(|message| message.recv.is_some());
        let last: HashMap<usize, usize> = received.map(|it| (lane(it.send), it.send)).collect();
        let is_last = |&send: &usize| last.get(&lane(send)).is_none_or(|&last| last < send);
        let was_cut = is_hung_up(run, thing) && lost.iter().all(is_last);
        let (verdict, end) = match (is_over, was_cut) {
            (true, false) => (Verdict::Broken, "never received"),
            (true, true) => (Verdict::Note, "not received before it was hung up"),
            (false, _) => (Verdict::Note, "not received by then"),
        };
        cases.push((
            verdict,
            format!("Of {sent} sent into {into}, {were} {end}"),
            lost,
        ));
    }
    let text = format!("Perhaps not sent into {name} before the end");
    cases.push((Verdict::Note, text, unsent));
    cases
}

/// Returns whether one side has hung up. Both sides must expect this: messages on their way are then lost.
fn is_hung_up(run: &Run, thing: usize) -> bool {
    let mut events = run.things[thing]
        .events
        .iter()
        .map(|&event| &run.events[event]);
    events.any(|event| event.kind == Kind::Close && &*event.what == what::SIDE)
}

/// Returns whether the log may end in the middle of the send: the send is the last event of a lane
/// that has not recorded its end.
fn is_open(run: &Run, send: usize) -> bool {
    let lane = &run.lanes[run.events[send].lane];
    let is_in_it = |&&event: &&usize| !run.events[event].waits_for_room();
    lane.events.iter().rfind(is_in_it) == Some(&send)
}

/// Returns whether each receive names its message. Receives of a byte stream do not.
fn is_matched(run: &Run, thing: usize) -> bool {
    let events = run.things[thing].events.iter();
    let mut receives = events
        .map(|&event| &run.events[event])
        .filter(|event| event.kind == Kind::Recv);
    receives.all(|receive| receive.cause.is_some() || receive.is_cause_lost)
}

/// The receives of messages that had been received before. (The last message that a lane received
/// before it was killed may still have been in the channel for the next receiver.)
fn received_twice(run: &Run, thing: usize) -> Vec<usize> {
    let receives = run.things[thing].events.iter().copied();
    let receives = receives.filter(|&event| run.events[event].kind == Kind::Recv);
    let receives: Vec<_> = receives.collect();
    let lane = |receive: usize| run.events[receive].lane;
    let last: HashMap<usize, usize> = receives.iter().map(|&one| (lane(one), one)).collect();
    let is_sure = |receive: usize| {
        let is_last = last.get(&lane(receive)) == Some(&receive);
        !is_last || matches!(run.lanes[lane(receive)].end, End::Exit(_))
    };
    let mut sure: HashSet<usize> = HashSet::new();
    let is_again = |&receive: &usize| {
        let Some(send) = run.events[receive].cause else {
            return false;
        };
        let is_again = sure.contains(&send);
        if is_sure(receive) {
            sure.insert(send);
        }
        is_again
    };
    receives.into_iter().filter(is_again).collect()
}

/// The receives that came after the receive of a later message, of the same sender and receiver.
/// There is no order between different senders, and each receiver may be slow.
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
    // The first of the moments with the highest level.
    let levels = levels(&run.messages(thing)).into_iter();
    let Some((when, most)) = levels.rev().max_by_key(|&(_, level)| level) else {
        return;
    };
    if most > 1 {
        let text = format!(
            "At most {} were in {} at once.",
            number_of(most, "message"),
            run.things[thing].name
        );
        findings.push(Finding::note(text, vec![when]));
    }
}
