//! The parts of the page around the picture.

use crate::fold::Shown;
use crate::page::picture::choice::Choice;
use crate::page::picture::glyphs;
use crate::page::picture::text::{escape, put};
use crate::run::{Damage, Role, Run};
use crate::time::duration;

/// The switch between the views. The browser remembers which one is shown, without a script.
pub(crate) const SWITCH: &str = "<section class=\"views\" aria-label=\"The picture\">\n\
    <input type=\"radio\" name=\"view\" id=\"time\" checked><label for=\"time\">Time</label>\
    <input type=\"radio\" name=\"view\" id=\"order\"><label for=\"order\">Order</label>\
    <p class=\"hint\"><span class=\"ht\">time is to scale where its line is solid, and stretched \
    where it is dotted</span><span class=\"ho\">one step for each event; how long it took is not \
    shown</span></p>\n\
    <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The picture, scrolls\">\n";

/// Controls that only the script can fill: hidden until it runs.
pub(crate) const CONTROLS: &str = "<div class=\"ctl\" hidden>\
    <button id=\"back\" aria-label=\"one event back\">◀</button>\
    <button id=\"on\" aria-label=\"one event on\">▶</button>\
    <input type=\"range\" id=\"seek\" min=\"0\" aria-label=\"the event looked at\">\
    <output id=\"now\" aria-live=\"polite\"></output></div>\n";

pub(crate) const SIDE: &str = "<section class=\"moment\" hidden>\
    <h2>At this moment</h2><dl id=\"moment\"></dl></section>\n\
    <section class=\"cone\" hidden><h2>Before, after, or neither?</h2><p id=\"cone\">Point at any \
    event. What <b class=\"past\">could have caused it</b> and what <b class=\"fut\">it could have \
    caused</b> stays lit; everything that fades happened <i>concurrently</i>. Click to keep it, \
    Esc to let go.</p></section>\n";

/// The program's name, or a general title if the log has lost the name.
pub(crate) fn title(run: &Run) -> String {
    match &*run.program {
        "" => "A run".to_owned(),
        program => escape(program),
    }
}

/// The numbers of processes, threads, tasks and events, and the length of the run.
pub(crate) fn chips(run: &Run) -> String {
    let roles = [
        (Role::Process, "process", "processes"),
        (Role::Thread, "thread", "threads"),
        (Role::Task, "task", "tasks"),
    ];
    let mut html = "<ul class=\"chips\">".to_owned();
    for (role, one, more) in roles {
        match run.lanes.iter().filter(|lane| lane.role == role).count() {
            0 => {}
            1 => put(&mut html, format_args!("<li>1 {one}</li>")),
            count => put(&mut html, format_args!("<li>{count} {more}</li>")),
        }
    }
    let (events, length) = (run.events.len(), duration(run.length()));
    put(
        &mut html,
        format_args!("<li>{events} events</li><li>{length}</li></ul>"),
    );
    html
}

/// Lists what the picture omits and what the log lacks.
pub(crate) fn notes(shown: &Shown<'_>, choice: &Choice) -> String {
    let mut html = String::new();
    if !choice.left_out.is_empty() {
        put(
            &mut html,
            format_args!("<li>Left out here: {}.</li>", choice.left_out.join("; ")),
        );
    }
    if shown.folded() > 0 {
        let folded = shown.folded();
        put(
            &mut html,
            format_args!("<li>Inner parts that are not shown: {folded}; --detail shows them.</li>"),
        );
    }
    for sentence in damage(&shown.run.damage) {
        put(&mut html, format_args!("<li>{sentence}</li>"));
    }
    match html.is_empty() {
        true => html,
        false => format!("<ul class=\"notes\">{html}</ul>\n"),
    }
}

fn damage(damage: &Damage) -> Vec<String> {
    let lines = |count: usize| {
        if count == 1 {
            "1 line".to_owned()
        } else {
            format!("{count} lines")
        }
    };
    let mut sentences = Vec::new();
    if damage.left_out > 0 {
        let count = damage.left_out;
        sentences.push(format!(
            "Events in the middle that the log lacks: {count}. Of a long log the ends are kept."
        ));
    }
    if let Some(first) = damage.first_bad_line {
        let bad = lines(damage.bad_lines);
        sentences.push(format!(
            "{bad} of the log could not be read, the first is line {first}."
        ));
    }
    if damage.other_versions > 0 {
        let other = lines(damage.other_versions);
        sentences.push(format!("{other} of the log are of another version."));
    }
    if damage.backwards > 0 {
        let count = damage.backwards;
        sentences.push(format!(
            "Effects that are earlier than their cause by the log: {count}."
        ));
    }
    if damage.lost_causes > 0 {
        let count = damage.lost_causes;
        sentences.push(format!("Events whose cause is not in the log: {count}."));
    }
    if damage.headless {
        sentences.push("The log lacks its first line.".to_owned());
    }
    sentences
}

/// Describes the picture in a sentence, for users of a screen reader.
pub(crate) fn aria_label(run: &Run, view: &str) -> String {
    let names = run.lanes.iter().take(8).map(|lane| &*lane.name);
    let names = names.collect::<Vec<_>>().join(", ");
    format!(
        "A diagram by {view} of {} events of {names}. All events stand in the table below.",
        run.events.len()
    )
}

/// Explains the signs and fillings that are in the picture.
pub(crate) fn legend(figure: &str) -> String {
    let mut html = "<ul class=\"legend\" aria-hidden=\"true\">".to_owned();
    for (glyph, means) in glyphs::LEGEND {
        if figure.contains(&format!("\"#{glyph}\"")) {
            put(
                &mut html,
                format_args!(
                    "<li><svg width=\"16\" height=\"18\" viewBox=\"-8 -9 16 18\" class=\"c0\">\
                     <use href=\"#{glyph}\"/></svg>{means}</li>"
                ),
            );
        }
    }
    for (class, means) in glyphs::FILLINGS {
        if figure.contains(&format!("\"{class}\"")) {
            put(
                &mut html,
                format_args!(
                    "<li><svg width=\"28\" height=\"12\" class=\"c1\"><rect class=\"{class}\" \
                     width=\"28\" height=\"12\" rx=\"2\"/></svg>{means}</li>"
                ),
            );
        }
    }
    html + "</ul>\n"
}
