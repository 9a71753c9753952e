//! What is read before and after the login, guided by the code that an input reaches: `scripts/fuzz
//! guided`. The first byte of an input selects the reader of the others.
#![no_main]

use std::sync::OnceLock;

use cluster::fuzzing::{Ends, FRAME_BYTES};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    static ENDS: OnceLock<Ends> = OnceLock::new();
    let ends = ENDS.get_or_init(|| Ends::new().expect("the system has sockets"));
    let Some((reader, words)) = input.split_first() else {
        return;
    };
    let packet = || {
        let length = u32::try_from(words.len()).unwrap_or(u32::MAX).to_le_bytes();
        [&length[..], words].concat()
    };
    match reader % 8 {
        0 => assert!(!ends.stranger(words), "a stranger was let in"),
        1 => assert!(!ends.answer(words), "a stranger was believed"),
        2 => drop(ends.hello(&ends.sealed_hello(words))),
        3 => drop(ends.scheduler(&ends.sealed_by_scheduler(&packet(), FRAME_BYTES))),
        4 => drop(ends.peer(&ends.sealed_by_peer(&packet(), FRAME_BYTES))),
        // With a length that may be wrong, in frames of any size.
        5 => drop(ends.scheduler(&ends.sealed_by_scheduler(words, words.len() % 100 + 1))),
        6 => drop(ends.peer(&ends.sealed_by_peer(words, words.len() % 100 + 1))),
        _ => drop(ends.peer(words)),
    }
});
