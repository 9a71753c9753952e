//! The signs of events, distinguished by shape: filled where an event causes others, open where it
//! has a cause.

use common::Kind;

/// The sign of a kind.
pub(crate) fn of(kind: Kind) -> &'static str {
    match kind {
        Kind::Run | Kind::Start => "start",
        Kind::Fork => "fork",
        Kind::Join => "join",
        Kind::Exit => "exit",
        Kind::Kill => "kill",
        Kind::Send => "send",
        Kind::Recv => "recv",
        Kind::Close => "close",
        Kind::Eof => "eof",
        Kind::Acquire => "take",
        Kind::Release => "give",
        Kind::Set => "set",
        Kind::Wait | Kind::WaitLimit | Kind::GiveUp | Kind::Resume => "dot",
        Kind::Begin | Kind::End | Kind::Say => "dot",
    }
}

/// The definitions of all signs and fillings, once for each page. The first shape of a sign is the
/// area that reacts to the pointer.
pub(crate) const DEFINITIONS: &str = concat!(
    "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" ",
    "patternTransform=\"rotate(45)\"><rect class=\"hb\" width=\"6\" height=\"6\"/>",
    "<rect class=\"hf\" width=\"2\" height=\"6\"/></pattern>",
    "<g id=\"send\"><circle class=\"hit\" r=\"6.5\"/><circle class=\"full\" r=\"4.8\"/></g>",
    "<g id=\"recv\"><circle class=\"hit\" r=\"6.5\"/><circle class=\"ring\" r=\"4.3\"/></g>",
    "<g id=\"fork\"><circle class=\"hit\" r=\"6.5\"/><path class=\"full\" d=\"M0-6L6 0 0 6-6 0z\"/></g>",
    "<g id=\"join\"><circle class=\"hit\" r=\"6.5\"/><path class=\"ring\" d=\"M0-5.6L5.6 0 0 5.6-5.6 0z\"/></g>",
    "<g id=\"close\"><circle class=\"hit\" r=\"6.5\"/><path class=\"full\" d=\"M-4.6-5.6L5.4 0-4.6 5.6z\"/></g>",
    "<g id=\"eof\"><circle class=\"hit\" r=\"6.5\"/><path class=\"ring\" d=\"M-4.2-5L4.8 0-4.2 5z\"/></g>",
    "<g id=\"exit\"><circle class=\"hit\" r=\"6.5\"/><path class=\"full\" d=\"M-4.4-4.4h8.8v8.8h-8.8z\"/></g>",
    "<g id=\"set\"><circle class=\"hit\" r=\"6.5\"/><path class=\"ring\" d=\"M-3.8-3.8h7.6v7.6h-7.6z\"/></g>",
    "<g id=\"start\"><path class=\"hit\" d=\"M-6-9h12v18h-12z\"/><path class=\"bar\" d=\"M0-8.5V8.5\"/></g>",
    "<g id=\"take\"><path class=\"hit\" d=\"M-6-9h12v18h-12z\"/><path class=\"bar\" d=\"M4-8.5H0V8.5H4\"/></g>",
    "<g id=\"give\"><path class=\"hit\" d=\"M-6-9h12v18h-12z\"/><path class=\"bar\" d=\"M-4-8.5H0V8.5H-4\"/></g>",
    "<g id=\"kill\"><circle class=\"hit\" r=\"6.5\"/><path class=\"bar\" d=\"M-4.5-4.5l9 9m0-9l-9 9\"/></g>",
    "<g id=\"dot\"><path class=\"hit\" d=\"M-2.5-8h5v16h-5z\"/><circle class=\"dot\" r=\"1.9\"/></g>",
    "<g id=\"dead\"><path class=\"dead\" d=\"M0-11V11M-6-6L6 6M6-6L-6 6\"/></g>",
    "<g id=\"open\"><path class=\"openend\" d=\"M0-8l4 4-4 4 4 4-4 4\"/></g></defs>",
);

/// The signs and their meanings.
pub(crate) const LEGEND: [(&str, &str); 14] = [
    ("fork", "starts another"),
    ("join", "joins it"),
    ("send", "sends"),
    ("recv", "receives"),
    ("close", "closes its end"),
    ("eof", "sees the end"),
    ("take", "takes a lock"),
    ("give", "gives it back"),
    ("set", "sets a value, or signals"),
    ("kill", "kills"),
    ("dead", "was killed"),
    ("exit", "ends"),
    ("open", "the log ends before it does"),
    ("dot", "prints, begins, wakes"),
];

/// The fillings of lanes and their meanings.
pub(crate) const FILLINGS: [(&str, &str); 6] = [
    ("run", "runs"),
    ("sleep", "sleeps"),
    ("wait", "waits"),
    ("do", "works on a task"),
    ("held", "holds a lock"),
    ("cap", "a message on its way"),
];
