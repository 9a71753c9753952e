//! What the run shows, in sentences.

use crate::picture::choice::Choice;
use crate::picture::text::{escape, put};
use crate::run::{Class, Run};

/// STUB of what `check` gives.
pub(crate) struct Finding {
    verdict: Verdict,
    sentence: String,
    events: Vec<usize>,
}

#[derive(Clone, Copy)]
enum Verdict {
    Held,
    Broken,
    Note,
}

/// STUB.
fn check(run: &Run) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (thing, its) in run.things.iter().enumerate() {
        if its.class != Class::Channel {
            continue;
        }
        let messages = run.messages(thing);
        let lost: Vec<_> = messages
            .iter()
            .filter(|message| message.recv.is_none())
            .collect();
        let (all, name) = (messages.len(), &its.name);
        findings.push(match (lost.first(), all) {
            (_, 0) => continue,
            (None, _) => Finding {
                verdict: Verdict::Held,
                sentence: format!("All {all} messages of {name} arrived."),
                events: Vec::new(),
            },
            (Some(first), _) => Finding {
                verdict: Verdict::Broken,
                sentence: format!("{} of {all} messages of {name} never arrived.", lost.len()),
                events: vec![first.send],
            },
        });
    }
    if findings.is_empty() {
        findings.push(Finding {
            verdict: Verdict::Note,
            sentence: "No messages were sent.".to_owned(),
            events: Vec::new(),
        });
    }
    findings
}

/// More sentences than these nobody reads beside a picture.
const MOST: usize = 12;

/// The section of the page. A sentence on an event leads to it.
pub(crate) fn section(run: &Run, choice: &Choice) -> String {
    let mut html = "<section class=\"find\"><h2>What this run shows</h2><ul>".to_owned();
    let findings = check(run);
    for finding in findings.iter().take(MOST) {
        let (class, spoken) = match finding.verdict {
            Verdict::Held => ("ok", "held: "),
            Verdict::Broken => ("bad", "did not hold: "),
            Verdict::Note => ("note", ""),
        };
        let place = finding.events.iter().find_map(|&event| choice.place(event));
        let link = place.map_or(String::new(), |place| format!(" data-i=\"{place}\""));
        put(
            &mut html,
            format_args!(
                "<li class=\"{class}\"{link}><span class=\"sr\">{spoken}</span>{}</li>\n",
                escape(&finding.sentence)
            ),
        );
    }
    if let Some(more) = findings.len().checked_sub(MOST).filter(|&more| more > 0) {
        put(
            &mut html,
            format_args!(
                "<li class=\"note\">and {more} more: timeline check tells them all</li>\n"
            ),
        );
    }
    html + "</ul></section>"
}
