//! A line of a picture in the terminal, made of cells.

use crate::terminal::signs::Sign;
use crate::text::{char_width, fit};

/// The colour of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Colour {
    /// The colour of the terminal's text.
    #[default]
    Plain,
    /// Fainter than the text.
    Faint,
    /// The colour of a lane, by its index.
    Lane(usize),
}

impl Colour {
    /// The SGR number (ECMA-48). No lane is yellow, which is unreadable on white.
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
    /// A character with its accents; empty for a blank.
    text: String,
    colour: Colour,
    sign: Option<Sign>,
    /// Whether it is the second column of a wide character.
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

    /// Puts a sign that is one column wide into a cell. Does nothing outside of the line.
    pub(crate) fn put(&mut self, x: usize, char: char, sign: Option<Sign>, colour: Colour) {
        // A wide character must not be half overwritten.
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

    /// Puts a sign into each cell from `from` up to but not including `to`.
    pub(crate) fn fill(&mut self, from: usize, to: usize, sign: Sign, colour: Colour) {
        for x in from..to.min(self.cells.len()) {
            self.put(x, sign.char(), Some(sign), colour);
        }
    }

    /// Writes a text, cut to `room` columns and to the line. Returns the number of columns used.
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

    /// Puts the cells of another line at `x` and after.
    pub(crate) fn append(&mut self, x: usize, other: Self) {
        for (cell, other) in self.cells.iter_mut().skip(x).zip(other.cells) {
            *cell = other;
        }
    }

    /// The sign in a cell.
    pub(crate) fn sign(&self, x: usize) -> Option<Sign> {
        self.cells.get(x).and_then(|cell| cell.sign)
    }

    /// All signs in the line.
    pub(crate) fn signs(&self) -> impl Iterator<Item = Sign> {
        self.cells.iter().filter_map(|cell| cell.sign)
    }

    /// Appends the line to `picture`, without trailing blanks.
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
