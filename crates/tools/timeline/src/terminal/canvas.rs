//! A line of a picture in the terminal: cells, each with what stands in it.

use crate::terminal::signs::Sign;
use crate::text::{char_width, fit};

/// How a cell is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Colour {
    /// As the terminal's text.
    #[default]
    Plain,
    /// Less than the text.
    Faint,
    /// That of a lane, by its place.
    Lane(usize),
}

impl Colour {
    /// The number of "select graphic rendition", ECMA-48. Not yellow, which is unreadable on white.
    fn code(self) -> &'static str {
        const LANES: [&str; 6] = ["36", "35", "32", "34", "31", "96"];
        match self {
            Self::Plain => "0",
            Self::Faint => "2",
            Self::Lane(lane) => LANES[lane % LANES.len()],
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Cell {
    /// One character, with the accents on it. Nothing: a blank.
    text: String,
    colour: Colour,
    sign: Option<Sign>,
    /// The second column of a wide character.
    covered: bool,
}

/// A line of cells.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    cells: Vec<Cell>,
}

impl Row {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            cells: vec![Cell::default(); width],
        }
    }

    /// Puts a sign of one column into a cell. Outside of the line it does nothing.
    pub(crate) fn put(&mut self, x: usize, char: char, sign: Option<Sign>, colour: Colour) {
        // Half of a wide character cannot stay.
        let wide = self.cells.get(x).is_some_and(|cell| cell.covered);
        if wide && let Some(before) = x.checked_sub(1) {
            self.cells[before].text.clear();
        }
        if let Some(next) = self.cells.get_mut(x + 1) {
            next.covered = false;
        }
        if let Some(cell) = self.cells.get_mut(x) {
            *cell = Cell {
                text: char.into(),
                colour,
                sign,
                covered: false,
            };
        }
    }

    /// Puts a sign into each cell from `from` up to `to`, without it.
    pub(crate) fn fill(&mut self, from: usize, to: usize, sign: Sign, colour: Colour) {
        for x in from..to.min(self.cells.len()) {
            self.put(x, sign.char(), Some(sign), colour);
        }
    }

    /// Writes a text, cut to `room` columns and to the line, and gives how many it took.
    pub(crate) fn write(&mut self, x: usize, text: &str, room: usize, colour: Colour) -> usize {
        let room = room.min(self.cells.len().saturating_sub(x));
        let mut taken = 0;
        for char in fit(text, room).chars() {
            let width = char_width(char);
            if width == 0 {
                if let Some(before) = (x + taken).checked_sub(1) {
                    self.cells[before].text.push(char);
                }
                continue;
            }
            self.put(x + taken, char, None, colour);
            if width == 2 {
                self.put(x + taken + 1, ' ', None, colour);
                self.cells[x + taken + 1].covered = true;
            }
            taken += width;
        }
        taken
    }

    /// Puts the cells of another line from `x` on.
    pub(crate) fn append(&mut self, x: usize, other: Self) {
        for (cell, other) in self.cells.iter_mut().skip(x).zip(other.cells) {
            *cell = other;
        }
    }

    /// What stands in a cell.
    pub(crate) fn sign(&self, x: usize) -> Option<Sign> {
        self.cells.get(x).and_then(|cell| cell.sign)
    }

    /// All signs in it.
    pub(crate) fn signs(&self) -> impl Iterator<Item = Sign> {
        self.cells.iter().filter_map(|cell| cell.sign)
    }

    /// Adds the line to `picture`, without the blanks at its end.
    pub(crate) fn draw(&self, picture: &mut String, with_colour: bool) {
        let is_blank = |cell: &Cell| !cell.covered && (cell.text.is_empty() || cell.text == " ");
        let end = self.cells.iter().rposition(|cell| !is_blank(cell));
        let mut last = Colour::Plain;
        for cell in &self.cells[..end.map_or(0, |end| end + 1)] {
            if cell.covered {
                continue;
            }
            if with_colour && cell.colour != last {
                last = cell.colour;
                picture.push_str("\x1b[0;");
                picture.push_str(last.code());
                picture.push('m');
            }
            picture.push_str(if cell.text.is_empty() {
                " "
            } else {
                &cell.text
            });
        }
        if last != Colour::Plain {
            picture.push_str("\x1b[0m");
        }
        picture.push('\n');
    }
}
