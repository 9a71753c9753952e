//! The findings on the run, in sentences.

use crate::check::Verdict;
use crate::fold::Shown;
use crate::page::picture::choice::Choice;
use crate::page::picture::text::{escape, put};

/// The most sentences to show: a reader is unlikely to read more beside a picture.
const MOST: usize = 12;

/// The section of the page. A sentence about an event links to the event.
pub(crate) fn section(shown: &Shown<'_>, choice: &Choice) -> String {
    let mut html = "<section class=\"find\"><h2>What this run shows</h2><ul>".to_owned();
    let findings = shown.check();
    for finding in findings.iter().take(MOST) {
        let (class, prefix) = match finding.verdict {
            Verdict::Held => ("ok", "held: "),
            Verdict::Broken => ("bad", "did not hold: "),
            Verdict::Doubtful => ("note", "doubtful: "),
            Verdict::Note => ("note", ""),
        };
        let index = finding
            .events
            .iter()
            .find_map(|&event| choice.index_of(event));
        let link = index.map_or(String::new(), |index| format!(" data-i=\"{index}\""));
        put(
            &mut html,
            format_args!(
                "<li class=\"{class}\"{link}><span class=\"sr\">{prefix}</span>{}</li>\n",
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
