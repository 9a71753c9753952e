//! The tasks end in a random order.

use std::future::pending;

use check::chance;
use coroutines::{try_joinall, yield_now};
use rand::RngExt;
use rand::seq::SliceRandom;

use crate::told::{Ends, Failure, Told, ender, panicked, to_the_end};

/// Tasks end in a random order, and some fail or panic; some end before the joiner has its next turn.
pub(crate) fn orders() {
    let mut random = chance("orders");
    for _ in 0..300 {
        let count = random.random_range(1..9);
        let mut order: Vec<usize> = (0..count).collect();
        order.shuffle(&mut random);
        let how = |_: &usize| match random.random_range(0..8) {
            0 => Ends::ByPanic,
            1 => Ends::WithError,
            _ => Ends::Well,
        };
        let how: Vec<Ends> = order.iter().map(how).collect();
        let has_turns: Vec<bool> = order.iter().map(|_| random.random_bool(0.5)).collect();
        let ends: Vec<_> = order.into_iter().zip(how).collect();
        let telling = ends.clone();
        let joined = to_the_end(async {
            let Told { tasks, words } = Told::plain(count);
            let _ender = ender(async move {
                for ((number, how), has_turns) in telling.into_iter().zip(has_turns) {
                    let _may_be_killed = words[number].try_send(how);
                    while has_turns && !words[number].is_empty() {
                        yield_now().await;
                    }
                }
                pending::<()>().await;
            });
            try_joinall(tasks).await
        });
        expect_first_failure(count, &ends, &joined);
    }
}

fn expect_first_failure(
    count: usize,
    ends: &[(usize, Ends)],
    joined: &Result<Vec<usize>, Failure>,
) {
    let fails = ends.iter().find(|(_, how)| *how != Ends::Well);
    let is_right = match (fails, joined) {
        (None, Ok(values)) => (0..count).eq(values.iter().copied()),
        (Some((number, Ends::WithError)), Err(Failure::Returned(its))) => number == its,
        (Some((number, Ends::ByPanic)), Err(failure)) => *failure == panicked(&number.to_string()),
        _ => false,
    };
    let expected = match fails {
        Some((number, _)) => format!("the error of task {number}"),
        None => "the values of all tasks".to_owned(),
    };
    let told = ends.iter().map(|(number, how)| match how {
        Ends::Well => format!("{number} ended"),
        Ends::WithError => format!("{number} failed"),
        Ends::ByPanic => format!("{number} panicked"),
    });
    let told = told.collect::<Vec<_>>().join(", ");
    assert!(
        is_right,
        "of {count} tasks, {told}: the join should return {expected}, but it returned {joined:?}"
    );
}
