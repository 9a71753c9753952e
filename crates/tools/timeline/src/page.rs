//! A run as a page for the browser: the picture in two views, the printed lines, what each lane
//! does at a moment, and the findings.
//!
//! The page needs no network and no script: both views are drawn here, and CSS switches between
//! them. The script only adds interaction.

mod clocks;
mod findings;
mod lists;
mod moment;
mod parts;
pub(crate) mod picture;
mod states;

use crate::fold::Shown;
use crate::page::picture::choice::Choice;
use crate::page::picture::facts::Facts;
use crate::page::picture::scale::View;
use crate::page::picture::text::{escape, number, put};
use crate::page::picture::{NAMES_WIDTH, Picture, STYLE, glyphs};
use crate::run::Run;

const PAGE_STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");
/// The hash of the only script that the browser may run on the page: SHA-256 of `page.js` in base64.
/// After a change of that file, `scripts/page-test` prints the new one.
const SCRIPT_HASH: &str = include_str!("page/page.js.sha256").trim_ascii();

/// The page.
pub(crate) fn html(shown: &Shown<'_>) -> String {
    let run = &*shown.run;
    let choice = Choice::of(run);
    let facts = Facts::of(run);
    let draw = |view| Picture::draw(run, &choice, &facts, view);
    let (time, order) = (draw(View::Time), draw(View::Order));
    let title = parts::title(run);
    let mut page = head(&title);
    put(
        &mut page,
        format_args!(
            "<body><main style=\"--main:{}px\">\
             <svg class=\"defs\" width=\"0\" height=\"0\" aria-hidden=\"true\">{}</svg>\n\
             <header><h1>{title}</h1>{}</header>\n{}",
            number(time.width + NAMES_WIDTH + 50.0),
            glyphs::DEFINITIONS,
            parts::chips(run),
            parts::notes(shown, &choice),
        ),
    );
    let parts = [
        parts::SWITCH,
        &drawn(run, &time, "time"),
        &drawn(run, &order, "order"),
        "</div></section>\n",
        &parts::legend(&time.figure),
        parts::CONTROLS,
        "<div class=\"cols\">\n",
        &lists::transcript(run, &choice),
        "<div class=\"side\">",
        &findings::section(shown, &choice),
        parts::SIDE,
        "</div></div>\n",
        &lists::table(run, &choice),
        "</main>\n<script type=\"application/json\" id=\"data\">",
        &moment::data(shown, &choice, &facts),
        "</script>\n<script>",
        SCRIPT,
        "</script></body></html>\n",
    ];
    page + &parts.concat()
}

fn head(title: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; script-src 'sha256-{SCRIPT_HASH}'; base-uri 'none'; \
         form-action 'none'\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}: a run</title>\n<style>{STYLE}{PAGE_STYLE}</style></head>\n"
    )
}

/// Writes a view: the names, which stay in sight, and the picture.
fn drawn(run: &Run, picture: &Picture, class: &str) -> String {
    let (width, height) = (number(picture.width), number(picture.height));
    let names = number(NAMES_WIDTH);
    format!(
        "<div class=\"view {class}\" style=\"--w:{width}\">\
         <svg class=\"names\" width=\"{names}\" height=\"{height}\" viewBox=\"0 0 {names} {height}\" \
         aria-hidden=\"true\">{}</svg>\
         <svg class=\"fig\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-label=\"{}\">{}\
         <path class=\"play\" d=\"M0 26V{height}M0 26l-5-8h10z\"/></svg></div>\n",
        picture.names,
        escape(&parts::aria_label(run, class)),
        picture.figure,
    )
}
