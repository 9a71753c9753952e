//! Tasks by their numbers, with little unused memory.
//!
//! Numbers are assigned in order. A `BTreeMap` that is filled in order has half-empty nodes, which
//! costs as much again as the tasks themselves when they are queued by the million. Here a page is
//! full before the next one begins.

use std::collections::BTreeMap;

use crate::task::TaskId;

/// How many numbers share a page.
const PAGE: u64 = 64;

/// A map from the numbers of tasks to values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Numbered<T> {
    /// By the first part of the number, the values that share it, in order. No page is empty.
    pages: BTreeMap<u64, Vec<(TaskId, T)>>,
    len: usize,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self {
            pages: BTreeMap::new(),
            len: 0,
        }
    }
}

impl<T> Numbered<T> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn get(&self, id: TaskId) -> Option<&T> {
        let page = self.pages.get(&(id.0 / PAGE))?;
        let index = index(page, id).ok()?;
        Some(&page[index].1)
    }

    pub(crate) fn get_mut(&mut self, id: TaskId) -> Option<&mut T> {
        let page = self.pages.get_mut(&(id.0 / PAGE))?;
        let index = index(page, id).ok()?;
        Some(&mut page[index].1)
    }

    /// Inserts a value, and replaces one with the same number.
    pub(crate) fn insert(&mut self, id: TaskId, value: T) {
        let page = self.pages.entry(id.0 / PAGE).or_default();
        match index(page, id) {
            Ok(index) => page[index].1 = value,
            Err(index) => {
                page.insert(index, (id, value));
                self.len += 1;
            }
        }
    }

    pub(crate) fn remove(&mut self, id: TaskId) -> Option<T> {
        let number = id.0 / PAGE;
        let page = self.pages.get_mut(&number)?;
        let index = index(page, id).ok()?;
        let (_, value) = page.remove(index);
        self.len -= 1;
        if page.is_empty() {
            self.pages.remove(&number);
        } else if page.len() <= page.capacity() / 4 {
            page.shrink_to_fit();
        }
        Some(value)
    }
}

/// The place of a number in its page, or where it would be.
fn index<T>(page: &[(TaskId, T)], id: TaskId) -> Result<usize, usize> {
    page.binary_search_by_key(&id, |(id, _)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compared with a `BTreeMap`, in an irregular order.
    #[test]
    fn it_is_a_map_also_when_numbers_come_and_go_in_any_order() {
        let (mut ours, mut theirs) = (Numbered::default(), BTreeMap::new());
        let mut number = 1_u64;
        for step in 0..20_000_u64 {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let id = TaskId((number >> 33) % 300);
            if step % 3 == 0 {
                assert_eq!(ours.remove(id), theirs.remove(&id));
            } else {
                ours.insert(id, step);
                theirs.insert(id, step);
            }
            assert_eq!(ours.len(), theirs.len());
            let id = TaskId((number >> 40) % 300);
            assert_eq!(ours.get(id), theirs.get(&id));
            assert_eq!(ours.get_mut(id), theirs.get_mut(&id));
        }
        for id in (0..300).map(TaskId) {
            assert_eq!(ours.remove(id), theirs.remove(&id));
        }
        assert_eq!(ours, Numbered::default());
    }
}
