//! Slices of one track, so that none is lost.
//!
//! Perfetto silently drops a slice that begins within another one and ends behind it. What
//! overlaps like that goes to a further track.

/// Something that lasts, on the track of a lane or a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) name: String,
    pub(super) from: u64,
    pub(super) to: u64,
}

/// Sorts slices into as few tracks as it takes: on one track any two either stand apart, or one
/// within the other. The outer one comes first.
pub(super) fn nest(mut slices: Vec<Slice>) -> Vec<Vec<Slice>> {
    slices.sort_by_key(|slice| (slice.from, std::cmp::Reverse(slice.to)));
    let mut tracks: Vec<Vec<Slice>> = Vec::new();
    // The ends of those around the current moment, on each track; the innermost last.
    let mut open: Vec<Vec<u64>> = Vec::new();
    for slice in slices {
        let has_room = |ends: &mut Vec<u64>| {
            ends.retain(|&end| end > slice.from);
            ends.last().is_none_or(|&end| end >= slice.to)
        };
        let track = open.iter_mut().position(has_room).unwrap_or_else(|| {
            open.push(Vec::new());
            tracks.push(Vec::new());
            open.len() - 1
        });
        open[track].push(slice.to);
        tracks[track].push(slice);
    }
    tracks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(from: u64, to: u64) -> Slice {
        let name = String::new();
        Slice { name, from, to }
    }

    #[test]
    fn what_overlaps_goes_to_a_further_track_and_what_nests_or_touches_does_not() {
        let slices = [(0, 10), (5, 15), (0, 3), (3, 10), (12, 20), (10, 11)];
        let tracks = nest(slices.map(|(from, to)| slice(from, to)).to_vec());
        let first = [(0, 10), (0, 3), (3, 10), (10, 11), (12, 20)];
        assert_eq!(tracks[0], first.map(|(from, to)| slice(from, to)));
        assert_eq!(tracks[1], [slice(5, 15)]);
    }
}
