//! A run as one page for the browser: the picture in two views, and beside it what was printed,
//! what each lane does at a moment, and what the run shows.
//!
//! The page needs no network and no script: both views are drawn here and switched by CSS. The
//! script only adds what moves.

mod clocks;
mod findings;
mod moment;
mod parts;

use std::fmt::Write;

use crate::Run;
use crate::picture::choice::Choice;
use crate::picture::facts::Facts;
use crate::picture::scale::View;
use crate::picture::text::{escape, number};
use crate::picture::{NAMES_WIDTH, Picture, STYLE, glyphs};

const PAGE_STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");
/// The only script that the browser may run on the page: SHA-256 of `page.js`, in base 64.
/// `scripts/page-test` says the new one when that file has changed.
const SCRIPT_HASH: &str = include_str!("html/page.js.sha256").trim_ascii();

/// The page.
pub(crate) fn html(run: &Run) -> String {
    let choice = Choice::of(run);
    let facts = Facts::of(run);
    let title = match &*run.program {
        "" => "A run".to_owned(),
        program => escape(program),
    };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; script-src 'sha256-{SCRIPT_HASH}'; base-uri 'none'; \
         form-action 'none'\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}: a run</title>\n<style>{STYLE}{PAGE_STYLE}</style></head>\n<body><main>\
         <svg class=\"defs\" width=\"0\" height=\"0\" aria-hidden=\"true\">{}</svg>\n\
         <header><h1>{title}</h1>{}</header>\n{}",
        glyphs::DEFINITIONS,
        parts::chips(run),
        parts::notes(run, &choice),
    );
    page.push_str("<section class=\"views\" aria-label=\"The picture\">\n");
    for (id, name, checked) in [("time", "Time", " checked"), ("order", "Order", "")] {
        // Writing to a string cannot fail.
        let _fits = write!(
            page,
            "<input type=\"radio\" name=\"view\" id=\"{id}\"{checked}><label for=\"{id}\">{name}\
             </label>"
        );
    }
    page.push_str(parts::HINT);
    page.push_str("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Scrolls\">\n");
    for (class, view) in [("time", View::Time), ("order", View::Order)] {
        page.push_str(&drawn(
            run,
            &Picture::draw(run, &choice, &facts, view),
            class,
        ));
    }
    page.push_str("</div></section>\n");
    page.push_str(&parts::legend(run, &choice));
    page.push_str(parts::CONTROLS);
    page.push_str("<div class=\"cols\">\n");
    page.push_str(&parts::transcript(run, &choice));
    page.push_str(parts::SIDE);
    page.push_str(&findings::section(run, &choice));
    page.push_str("</div></div>\n");
    page.push_str(&parts::table(run, &choice));
    page.push_str("</main>\n<script type=\"application/json\" id=\"data\">");
    page.push_str(&moment::data(run, &choice, &facts));
    page.push_str("</script>\n<script>");
    page.push_str(SCRIPT);
    page.push_str("</script></body></html>\n");
    page
}

/// A view: the names, which stay in sight, and the picture.
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
        escape(&parts::spoken(run, class)),
        picture.figure,
    )
}
