//! The line below a picture that shows the times.

use super::columns::Columns;
use crate::run::Run;
use crate::terminal::canvas::{Colour, Row};
use crate::text::width;
use crate::time::Unit;

/// Paints ticks at round times, in their columns. A tick without room is left out.
pub(super) fn paint(run: &Run, columns: &Columns, offset: usize, row: &mut Row) {
    let length = run.length();
    let step = step(length, (columns.width / 10).max(2));
    let unit = Unit::of(length);
    let mut free = offset;
    let mut t = 0;
    while t <= length {
        let x = offset + columns.at_time(run, t);
        let mut label = format!("╵{}", in_units(t, step, unit.nanoseconds));
        if t == 0 {
            label.push(' ');
            label.push_str(unit.short);
        }
        let fits = x + width(&label) <= offset + columns.width;
        if x >= free && fits {
            free = x + 1 + row.write(x, &label, usize::MAX, Colour::Faint);
        }
        t += step;
    }
}

/// A step of 1, 2 or 5 times a power of ten, so that there are at most `most` steps.
fn step(length: u64, most: usize) -> u64 {
    let least = length / most as u64 + 1;
    let mut power = 1;
    loop {
        for step in [power, 2 * power, 5 * power] {
            if step >= least {
                return step;
            }
        }
        let Some(next) = u64::checked_mul(power, 10).filter(|next| *next < u64::MAX / 10) else {
            return length.max(1);
        };
        power = next;
    }
}

/// Formats a time with as many decimals as the steps need.
fn in_units(t: u64, step: u64, unit: u64) -> String {
    let (whole, mut part) = (t / unit, t % unit);
    let (mut digits, mut place) = (String::new(), unit);
    let mut rest = step % unit;
    while rest > 0 && place > 1 {
        place /= 10;
        digits.push(char::from(b'0' + u8::try_from(part / place).unwrap_or(0)));
        part %= place;
        rest %= place;
    }
    match &*digits {
        "" => whole.to_string(),
        digits => format!("{whole}.{digits}"),
    }
}
