//! Finds what lasts: messages on their way, and lanes that wait, sleep or do a piece of work.

use std::collections::{HashMap, HashSet, VecDeque};

use common::Kind;

use crate::run::{Class, End, Run};

/// A message in a pipe or a queue. Its numbers are indices of [`Run::events`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// The event that sends it.
    pub send: usize,
    /// The event after which it was in: the send, or the end of a wait for room. `None` if it never was.
    pub inside: Option<usize>,
    /// The event that receives it; `None` if it was never received.
    pub recv: Option<usize>,
}

/// A stretch of a lane in which the lane did one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The event with which it begins.
    pub from: usize,
    /// The event with which it ends; `None` when the log ends before.
    pub to: Option<usize>,
    /// What the lane did.
    pub state: State,
}

/// What a lane does between two of its events, as far as the log shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It runs, or is ready to run.
    Works,
    /// It pauses on purpose.
    Sleeps,
    /// It waits for a message, a lock, or the end of another lane.
    Waits,
}

impl Run {
    /// Returns all messages of a pipe or queue, in the order in which they were sent. A message
    /// that could not be sent and was returned to its sender does not count.
    #[must_use]
    pub fn messages(&self, thing: usize) -> Vec<Message> {
        let mut messages = Vec::new();
        let mut by_send = HashMap::new();
        let given_back = self.given_back(thing);
        for &index in &self.things[thing].events {
            match self.events[index].kind {
                Kind::Send if !given_back.contains(&index) => {
                    by_send.insert(index, messages.len());
                    messages.push(Message {
                        send: index,
                        inside: self.when_inside(index),
                        recv: None,
                    });
                }
                Kind::Recv => {
                    let sent = self.events[index].cause.and_then(|send| by_send.get(&send));
                    if let Some(&message) = sent {
                        messages[message].recv.get_or_insert(index);
                    }
                }
                _ => {}
            }
        }
        messages
    }

    /// The event after which a sent message was in the channel: the send, or the end of its wait for room.
    fn when_inside(&self, send: usize) -> Option<usize> {
        let lane = &self.lanes[self.events[send].lane].events;
        let mut later = lane[lane.partition_point(|&event| event <= send)..].iter();
        match later.next() {
            Some(&wait) if self.events[wait].waits_for_room() => later.next().copied(),
            _ => Some(send),
        }
    }

    /// The sends that failed and returned the message to the sender.
    fn given_back(&self, thing: usize) -> HashSet<usize> {
        let events = self.things[thing].events.iter();
        let events = events.map(|&index| &self.events[index]);
        let given_up = events.filter(|event| event.kind == Kind::GiveUp);
        given_up.filter_map(|event| event.cause).collect()
    }

    /// Returns all pieces of work that a lane began, with their things: a task, a pause.
    #[must_use]
    pub fn works(&self, lane: usize) -> Vec<(usize, Span)> {
        let mut works: Vec<(usize, Span)> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for &index in &self.lanes[lane].events {
            let event = &self.events[index];
            match (event.kind, event.on) {
                (Kind::Begin, Some(on)) => {
                    open.push(works.len());
                    let state = if self.is_pause(on) {
                        State::Sleeps
                    } else {
                        State::Works
                    };
                    let (from, to) = (index, None);
                    works.push((on, Span { from, to, state }));
                }
                (Kind::End, Some(on)) => {
                    let its = |&work: &usize| works[work].0 == on;
                    if let Some(index_of_work) = open.iter().rposition(its) {
                        works[open.remove(index_of_work)].1.to = Some(index);
                    }
                }
                _ => {}
            }
        }
        works
    }

    /// Returns what a lane did between each two of its events.
    #[must_use]
    pub fn spans(&self, lane: usize) -> Vec<Span> {
        let mut events: VecDeque<_> = self.lanes[lane].events.iter().copied().collect();
        let mut spans = Vec::with_capacity(events.len());
        while let Some(from) = events.pop_front() {
            let to = events.front().copied();
            if self.lanes[lane].end == End::Exit(from) {
                break;
            }
            if self.events[from].kind != Kind::Exit {
                let state = self.state_after(from);
                spans.push(Span { from, to, state });
            }
        }
        spans
    }

    fn state_after(&self, from: usize) -> State {
        let event = &self.events[from];
        match event.kind {
            Kind::Begin if event.on.is_some_and(|on| self.is_pause(on)) => State::Sleeps,
            Kind::Wait | Kind::WaitLimit => State::Waits,
            _ => State::Works,
        }
    }

    /// Returns whether the thing is the notes' `time.sleep`.
    pub(crate) fn is_pause(&self, thing: usize) -> bool {
        let thing = &self.things[thing];
        thing.class == Class::Work && thing.name == "pause"
    }
}

/// The state of the event's lane after each event.
pub(crate) fn states(run: &Run) -> Vec<State> {
    let mut states = vec![State::Works; run.events.len()];
    for lane in 0..run.lanes.len() {
        for span in run.spans(lane) {
            states[span.from] = span.state;
        }
    }
    states
}

/// The number of messages in a pipe or queue, after each event that changes it.
pub(crate) fn levels(messages: &[Message]) -> Vec<(usize, usize)> {
    let mut changes: Vec<(usize, isize)> = Vec::new();
    for message in messages {
        // A message that was received before its sender went on was in the channel for no known time.
        let came = message.recv.unwrap_or(usize::MAX);
        if let Some(inside) = message.inside.filter(|&inside| inside < came) {
            changes.push((inside, 1));
            changes.extend(message.recv.map(|recv| (recv, -1)));
        }
    }
    changes.sort_unstable();
    let mut level = 0_usize;
    let after = |(event, change)| {
        level = level.saturating_add_signed(change);
        (event, level)
    };
    changes.into_iter().map(after).collect()
}

/// The number of the message that each event sends or receives, in the order of sending. `None` for
/// all other events, and for a message whose send is not in the log.
pub(crate) fn message_numbers(run: &Run) -> Vec<Option<usize>> {
    let mut numbers: Vec<Option<usize>> = vec![None; run.events.len()];
    let mut count = 0;
    for (index, event) in run.events.iter().enumerate() {
        match event.kind {
            Kind::Send => {
                numbers[index] = Some(count);
                count += 1;
            }
            Kind::Recv => numbers[index] = event.cause.and_then(|send| numbers[send]),
            _ => {}
        }
    }
    numbers
}
