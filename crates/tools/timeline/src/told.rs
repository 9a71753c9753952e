//! What an event is, in words.

use common::Kind;

use crate::moments::work_name;
use crate::run::Run;

/// What happened: `take mylock`; of a printed line the line.
pub(crate) fn told(run: &Run, place: usize) -> String {
    let event = &run.events[place];
    let (what, on) = (
        event.label(),
        event.on.map_or("", |on| &run.things[on].name),
    );
    let told = match event.kind {
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
        Kind::Wait | Kind::WaitLimit => format!("wait for {on}"),
        Kind::GiveUp => format!("give up {}", if on.is_empty() { what } else { on }),
        Kind::Resume => "go on".to_owned(),
        Kind::Acquire => format!("take {on}"),
        Kind::Release => format!("give back {on}"),
        Kind::Set if what.is_empty() => format!("tell {on}"),
        Kind::Set => format!("{on} = {what}"),
        Kind::Begin => format!("begin {}", work_name(run, place)),
        Kind::End => format!("end {}", work_name(run, place)),
        Kind::Say => event.say.to_string(),
    };
    told.trim_end().to_owned()
}
