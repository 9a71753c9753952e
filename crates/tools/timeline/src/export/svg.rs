//! The view by time alone, as a separate file.

use crate::page::picture::choice::Choice;
use crate::page::picture::facts::Facts;
use crate::page::picture::scale::View;
use crate::page::picture::text::{escape, number};
use crate::page::picture::{NAMES_WIDTH, Picture, STYLE, glyphs};
use crate::run::Run;

/// The picture as SVG, without references to other files.
pub(crate) fn svg(run: &Run) -> String {
    let choice = Choice::of(run);
    let picture = Picture::draw(run, &choice, &Facts::of(run), View::Time);
    let left_out = match choice.left_out.join("; ") {
        none if none.is_empty() => none,
        some => format!(" Left out: {some}."),
    };
    let title = escape(&run.program);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\">\
         <title>{title}.{left_out}</title><style>{STYLE}</style>{definitions}\
         <rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\
         <g transform=\"translate(8 0)\">{names}</g>\
         <g transform=\"translate({aside} 0)\">{figure}</g></svg>\n",
        width = number(picture.width + NAMES_WIDTH + 16.0),
        height = number(picture.height),
        definitions = glyphs::DEFINITIONS,
        names = picture.names,
        aside = number(NAMES_WIDTH + 8.0),
        figure = picture.figure,
    )
}
