//! A sequence diagram in Mermaid's language: an arrow a row. The rows stand in the order of
//! time, but tell nothing of how long anything took, nor where a message was in between.

use std::fmt::Write;

use common::Kind;

use crate::run::Run;
use crate::text::{clean, count, fit};
use crate::told::told;

/// Mermaid's own limits are 500 arrows and 50,000 characters.
const MOST_ROWS: usize = 400;
const MOST_LANES: usize = 40;
const LABEL_COLUMNS: usize = 40;

/// The diagram.
pub(crate) fn mermaid(run: &Run) -> String {
    let mut text = "sequenceDiagram\n\
        %% Rows are messages, and not time: an arrow stands where its message was received,\n\
        %% however long it had been on its way. Printed lines are left out.\n"
        .to_owned();
    for (place, lane) in run.lanes.iter().enumerate().take(MOST_LANES) {
        // Writing to a string cannot fail.
        let _fits = writeln!(text, "    participant p{place} as {}", escaped(&lane.name));
    }
    let hidden = run.lanes.len().saturating_sub(MOST_LANES);
    if hidden > 0 {
        let _fits = writeln!(text, "    %% Left out: {}", count(hidden, "lane"));
    }
    let is_received = received(run);
    let rows = (0..run.events.len()).filter_map(|place| row(run, place, is_received[place]));
    let mut rows = rows.peekable();
    for row in rows.by_ref().take(MOST_ROWS) {
        text.push_str(&row);
    }
    let left_out = rows.count();
    if left_out > 0 {
        let left_out = count(left_out, "row");
        let _fits = writeln!(text, "    %% Left out: {left_out}");
        let _fits = writeln!(text, "    Note over p0: {left_out} more");
    }
    text
}

/// Whether each event is a send whose message was received.
fn received(run: &Run) -> Vec<bool> {
    let mut received = vec![false; run.events.len()];
    for event in run.events.iter().filter(|event| event.kind == Kind::Recv) {
        if let Some(send) = event.cause {
            received[send] = true;
        }
    }
    received
}

/// The row of an event, if it has one.
fn row(run: &Run, place: usize, is_received: bool) -> Option<String> {
    let event = &run.events[place];
    let label = escaped(event.label());
    let on = event
        .on
        .map_or(String::new(), |on| escaped(&run.things[on].name));
    let own = event.lane;
    let from = event.cause.map(|cause| run.events[cause].lane);
    let (arrow, label) = match (event.kind, from) {
        (Kind::Recv, Some(_)) => ("-)", label),
        (Kind::Start, Some(_)) => ("->>", "fork".to_owned()),
        (Kind::Join, Some(_)) => ("-->>", "join".to_owned()),
        (Kind::Eof, Some(_)) => ("--)", format!("end of {on}")),
        (Kind::Acquire, Some(from)) if from != own => ("-->>", on),
        (Kind::Send, _) if !is_received => return note(own, &format!("{label} is never received")),
        (Kind::Kill, _) | (Kind::Recv | Kind::Join, None) => {
            return note(own, &escaped(&told(run, place)));
        }
        _ => return None,
    };
    let from = from.unwrap_or(own);
    let is_shown = from.max(own) < MOST_LANES;
    is_shown.then(|| format!("    p{from}{arrow}p{own}: {label}\n"))
}

fn note(lane: usize, text: &str) -> Option<String> {
    (lane < MOST_LANES).then(|| format!("    Note over p{lane}: {text}\n"))
}

/// A text in which Mermaid sees nothing of its own language.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for char in fit(&clean(text), LABEL_COLUMNS).chars() {
        match char {
            '#' | ';' | '%' | '<' | '>' | '&' | '"' | ':' => {
                let _fits = write!(escaped, "#{};", u32::from(char));
            }
            _ => escaped.push(char),
        }
    }
    match escaped.trim() {
        // A row without a text is an error, and this word has a meaning.
        "" => "-".to_owned(),
        "end" => "end #40;#41;".to_owned(),
        escaped => escaped.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_taken_for_mermaids_language() {
        assert_eq!(escaped("a; b#%% <c>\n"), "a#59; b#35;#37;#37; #60;c#62;");
        assert_eq!(escaped(" "), "-");
        assert_eq!(escaped("end"), "end #40;#41;");
    }
}
