//! Distributes slices to tracks so that the viewer drops none.
//!
//! Perfetto silently drops a slice that begins inside another slice and ends after it. A slice that
//! overlaps in this way goes to another track.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Something that lasts, on the track of a lane or a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) name: String,
    pub(super) from: u64,
    pub(super) to: u64,
}

/// Sorts slices into as few tracks as possible. On one track, two slices are either separate or one
/// is inside the other. The outer one comes first.
pub(super) fn nest(mut slices: Vec<Slice>) -> Vec<Vec<Slice>> {
    slices.sort_by_key(|slice| (slice.from, Reverse(slice.to)));
    let mut tracks: Vec<Vec<Slice>> = Vec::new();
    // On each track, the ends of the slices around the current moment; the innermost last.
    let mut open: Vec<Vec<u64>> = Vec::new();
    // The ends of all of these slices, the next one first.
    let mut next: BinaryHeap<Reverse<(u64, usize)>> = BinaryHeap::new();
    let mut room = Room::default();
    for slice in slices {
        while let Some(&Reverse((end, track))) = next.peek()
            && end <= slice.from
        {
            next.pop();
            open[track].pop();
            room.set(track, open[track].last().copied().unwrap_or(u64::MAX));
        }
        let track = room.first(slice.to).unwrap_or_else(|| {
            open.push(Vec::new());
            tracks.push(Vec::new());
            open.len() - 1
        });
        open[track].push(slice.to);
        next.push(Reverse((slice.to, track)));
        room.set(track, slice.to);
        tracks[track].push(slice);
    }
    tracks
}

/// The time up to which each track has room: a binary tree of maxima, so that among thousands of
/// tracks the first one is found without looking at each.
#[derive(Default)]
struct Room {
    /// The root is at index 1, its children at 2 and 3, and so on; the last half are the tracks.
    ends: Vec<u64>,
}

impl Room {
    fn tracks(&self) -> usize {
        self.ends.len() / 2
    }

    fn set(&mut self, track: usize, end: u64) {
        while track >= self.tracks() {
            self.grow();
        }
        let mut node = self.tracks() + track;
        self.ends[node] = end;
        while node > 1 {
            node /= 2;
            self.ends[node] = self.ends[2 * node].max(self.ends[2 * node + 1]);
        }
    }

    /// Adds tracks. A track that does not exist yet has no room, so it is not found.
    fn grow(&mut self) {
        let old = self.ends.split_off(self.tracks());
        let tracks = (2 * old.len()).max(1);
        self.ends = vec![0; 2 * tracks];
        for (track, end) in old.into_iter().enumerate() {
            self.set(track, end);
        }
    }

    /// The first track that has room up to `end`.
    fn first(&self, end: u64) -> Option<usize> {
        let is_there = |&end_there: &u64| end_there >= end && end_there > 0;
        self.ends.get(1).filter(|there| is_there(there))?;
        let mut node = 1;
        while node < self.tracks() {
            node *= 2;
            if !is_there(&self.ends[node]) {
                node += 1;
            }
        }
        Some(node - self.tracks())
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    fn slice(from: u64, to: u64) -> Slice {
        let name = String::new();
        Slice { name, from, to }
    }

    #[test]
    fn overlapping_slices_get_further_tracks_and_nested_or_touching_ones_do_not() {
        let slices = [(0, 10), (5, 15), (0, 3), (3, 10), (12, 20), (10, 11)];
        let tracks = nest(slices.map(|(from, to)| slice(from, to)).to_vec());
        let first = [(0, 10), (0, 3), (3, 10), (10, 11), (12, 20)];
        assert_eq!(tracks[0], first.map(|(from, to)| slice(from, to)));
        assert_eq!(tracks[1], [slice(5, 15)]);
    }

    /// Does the same as `nest`, by looking at each track.
    fn nest_slowly(mut slices: Vec<Slice>) -> Vec<Vec<Slice>> {
        slices.sort_by_key(|slice| (slice.from, Reverse(slice.to)));
        let mut tracks: Vec<Vec<Slice>> = Vec::new();
        for slice in slices {
            let around = |track: &Vec<Slice>| {
                let open = track.iter().filter(|other| other.to > slice.from);
                open.map(|other| other.to).min()
            };
            let has_room =
                |track: &&mut Vec<Slice>| around(track).is_none_or(|end| end >= slice.to);
            match tracks.iter_mut().find(has_room) {
                Some(track) => track.push(slice),
                None => tracks.push(vec![slice]),
            }
        }
        tracks
    }

    #[test]
    fn the_first_track_with_room_is_found_among_many() {
        let mut random = StdRng::seed_from_u64(7);
        for count in 0..200 {
            let slices = (0..count).map(|_| {
                let from = random.random_range(0..100);
                slice(from, from + random.random_range(0..60))
            });
            let slices: Vec<_> = slices.collect();
            assert_eq!(nest(slices.clone()), nest_slowly(slices), "{count}");
        }
    }
}
