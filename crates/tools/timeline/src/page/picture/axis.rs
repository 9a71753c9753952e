//! Draws the axis above the lanes: ticks of time, or the number of each event.

use super::drawing::Drawing;
use super::scale::View;
use super::text::{number, put, width};
use crate::time::exact;

/// The size of the texts at the ticks, in pixels.
const TEXT: f64 = 11.0;
/// The least distance between two ticks.
const APART: f64 = 92.0;
/// The height of the axis itself.
const Y: f64 = 26.0;

pub(super) fn draw(drawing: &Drawing<'_>, svg: &mut String, view: View) {
    let ticks = match view {
        View::Time => ticks_of_time(drawing),
        View::Order => ticks_of_order(drawing),
    };
    let bottom = number(drawing.rows.height - 4.0);
    for (x, label) in ticks {
        let at = number(x);
        put(
            svg,
            format_args!(
                "<path class=\"tick\" d=\"M{at} {Y}V{bottom}\"/>\
                 <text class=\"tl mid\" x=\"{at}\" y=\"15\">{label}</text>"
            ),
        );
    }
    if view == View::Time {
        stretches(drawing, svg);
    }
    gap(drawing, svg);
}

/// Draws the axis: solid where time is to scale, dotted where it is stretched.
fn stretches(drawing: &Drawing<'_>, svg: &mut String) {
    let xs = drawing.scale.xs();
    let (mut solid, mut dotted) = (String::new(), String::new());
    for (index, pair) in xs.windows(2).enumerate() {
        if drawing.choice.gap == Some(index + 1) || pair[1] - pair[0] < 0.1 {
            continue;
        }
        let stretched = drawing.scale.is_stretched(index);
        let path = if stretched { &mut dotted } else { &mut solid };
        put(
            path,
            format_args!("M{} {Y}H{}", number(pair[0]), number(pair[1])),
        );
    }
    put(
        svg,
        format_args!(
            "<path class=\"axis\" d=\"{solid}\"/><path class=\"axis elastic\" d=\"{dotted}\"/>"
        ),
    );
}

/// Marks the place where events are left out.
fn gap(drawing: &Drawing<'_>, svg: &mut String) {
    let Some(after) = drawing.choice.gap else {
        return;
    };
    let xs = drawing.scale.xs();
    let both = after
        .checked_sub(1)
        .and_then(|before| Some((xs.get(before)?, xs.get(after)?)));
    let Some((x0, x1)) = both else { return };
    put(
        svg,
        format_args!(
            "<path class=\"gap\" d=\"M{x0} {Y}V{y}M{x1} {Y}V{y}\"/>\
             <text class=\"tl mid\" x=\"{}\" y=\"15\">left out</text>",
            number(f64::midpoint(*x0, *x1)),
            x0 = number(x0 + 12.0),
            x1 = number(x1 - 12.0),
            y = number(drawing.rows.height - 4.0),
        ),
    );
}

fn ticks_of_order(drawing: &Drawing<'_>) -> Vec<(f64, String)> {
    let xs = drawing
        .scale
        .xs()
        .iter()
        .zip(&drawing.choice.events)
        .enumerate();
    let (mut ticks, mut free) = (Vec::new(), f64::NEG_INFINITY);
    for (index, (&x, &event)) in xs {
        let is_round = index == 0 || (event + 1) % 5 == 0;
        if is_round && x - free > 40.0 && !is_in_gap(drawing, x) {
            ticks.push((x, format!("{}", event + 1)));
            free = x;
        }
    }
    ticks
}

/// The roundest moment in each free stretch, then in the remaining stretches on both sides.
fn ticks_of_time(drawing: &Drawing<'_>) -> Vec<(f64, String)> {
    let xs = drawing.scale.xs();
    let (Some(&first), Some(&last)) = (xs.first(), xs.last()) else {
        return Vec::new();
    };
    let mut ticks = vec![(first, "0".to_owned())];
    let mut free = vec![(first, last + APART / 2.0)];
    while let Some((x0, x1)) = free.pop() {
        if x1 - x0 < 2.0 * APART {
            continue;
        }
        let [from, to] = [x0 + APART, x1 - APART].map(|x| drawing.scale.time_at(x));
        let found = roundest(from, to).map(|time| (drawing.scale.x_of_time(time), time));
        let within = found.filter(|(x, _)| *x > x0 + 1.0 && *x < x1 - 1.0);
        let Some((x, time)) = within else { continue };
        free.extend([(x0, x), (x, x1)]);
        let label = exact(time);
        if !is_in_gap(drawing, x) && x + width(&label, TEXT) / 2.0 < drawing.scale.width {
            ticks.push((x, label));
        }
    }
    ticks.sort_by(|one, other| one.0.total_cmp(&other.0));
    ticks
}

fn is_in_gap(drawing: &Drawing<'_>, x: f64) -> bool {
    let xs = drawing.scale.xs();
    let after = drawing.choice.gap.and_then(|after| xs.get(after));
    let before = drawing
        .choice
        .gap
        .and_then(|after| xs.get(after.checked_sub(1)?));
    matches!((before, after), (Some(x0), Some(x1)) if x > x0 - 30.0 && x < x1 + 30.0)
}

/// The roundest number of nanoseconds between two moments.
fn roundest(from: f64, to: f64) -> Option<u64> {
    let mut power: u64 = 1_000_000_000_000_000;
    while power >= 1 {
        for step in [power * 5, power * 2, power] {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "is >= 0"
            )]
            let (from, to) = (from.max(1.0).ceil() as u64, to.max(0.0) as u64);
            let round = from.div_ceil(step).saturating_mul(step);
            // More than three digits are not round.
            if round <= to && round / power < 1000 {
                return Some(round);
            }
        }
        power /= 10;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roundest_moment_is_found() {
        let found = [(310.0, 940.0), (1_010.0, 1_990.0), (2.2, 2.9), (41.0, 47.0)];
        let found = found.map(|(from, to)| roundest(from, to));
        assert_eq!(found, [Some(500), Some(1_500), None, Some(45)]);
    }
}
