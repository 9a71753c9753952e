//! The text at the left of each line.

use super::rows::Line;
use crate::run::{Role, Run};
use crate::terminal::canvas::{Colour, Row};
use crate::text::{fit_name, width};

/// The names of lanes and things, followed by the pids.
pub(super) struct Names<'a> {
    run: &'a Run,
    name_width: usize,
    number_width: usize,
    /// The indentation of threads and tasks, if there are several processes.
    indent: usize,
}

impl<'a> Names<'a> {
    pub(super) fn new(run: &'a Run, lines: &[Line], room: usize) -> Self {
        let processes = run.lanes.iter().filter(|lane| lane.role == Role::Process);
        let indent = if processes.count() > 1 { 2 } else { 0 };
        let mut names = Self {
            run,
            name_width: 0,
            number_width: 0,
            indent,
        };
        let most = (room / 4).min(28);
        for line in lines {
            let (indent, name) = names.name(line);
            let its = indent + width(&fit_name(&name, most - indent));
            names.name_width = names.name_width.max(its);
            let number = names.number(line, None);
            names.number_width = names.number_width.max(width(&number));
        }
        names
    }

    /// The number of columns that the names take.
    pub(super) fn width(&self) -> usize {
        self.name_width + 1 + self.number_width
    }

    /// Puts the name before the line; `most` is for a pipe or queue.
    pub(super) fn before(&self, line: &Line, most: Option<usize>, row: Row, room: usize) -> Row {
        let mut whole = Row::new(room);
        let colour = match line {
            Line::Lane(lane) => Colour::Lane(*lane),
            _ => Colour::Plain,
        };
        let (indent, name) = self.name(line);
        let name = fit_name(&name, self.name_width - indent);
        whole.write(indent, &name, self.name_width - indent, colour);
        let number = self.number(line, most);
        let at = self.width().saturating_sub(width(&number));
        whole.write(at, &number, room, Colour::Faint);
        whole.append(self.width() + 1, row);
        whole
    }

    fn name(&self, line: &Line) -> (usize, String) {
        match line {
            Line::Lane(lane) => {
                let lane = &self.run.lanes[*lane];
                let indent = if lane.role == Role::Process {
                    0
                } else {
                    self.indent
                };
                (indent, lane.name.clone())
            }
            Line::Level(thing, _) | Line::Owners(thing, _) => {
                (0, self.run.things[*thing].name.clone())
            }
            Line::Values(thing) => (0, format!("{} =", self.run.things[*thing].name)),
        }
    }

    fn number(&self, line: &Line, most: Option<usize>) -> String {
        match (line, most) {
            (Line::Lane(lane), _) if self.run.lanes[*lane].role == Role::Process => {
                self.run.lanes[*lane].pid.to_string()
            }
            (Line::Level(_, messages), None) => format!("≤{}", messages.len()),
            (Line::Level(..), Some(most)) => format!("≤{most}"),
            _ => String::new(),
        }
    }
}
