//! Which lines of 1.4.1 can come before which.

use std::process::ExitCode;

use check::{Order, main as judge, prediction, program};

fn main() -> ExitCode {
    judge("ipc-queue/order", &prediction!("order", order, runs))
}

/// For each writer, in its order: each put, the line about the put, and the line about the get.
const WRITERS: [[[&str; 3]; 3]; 2] = [
    [
        ["put 1", "Put url_1", "Get url_1"],
        ["put 2", "Put url_2", "Get url_2"],
        ["put 3", "Put url_3", "Get url_3"],
    ],
    [
        ["put 4", "Put url_4", "Get url_4"],
        ["put 5", "Put url_5", "Get url_5"],
        ["put 6", "Put url_6", "Get url_6"],
    ],
];

fn order() -> Order {
    let mut order = Order::new(&[
        ('a', "Get url_1", "Put url_1"),
        ('b', "Put url_2", "Put url_1"),
        ('c', "Put url_6", "Put url_1"),
        ('d', "Get url_2", "Get url_1"),
        ('e', "Get url_4", "Get url_1"),
        ('f', "Get url_2", "Put url_1"),
        ('g', "Get url_5", "Put url_1"),
        ('h', "Put url_3", "Get url_1"),
        ('i', "Get url_1", "is reading"),
        ('j', "Put url_3", "is reading"),
    ]);
    for writer in WRITERS {
        for [put, put_line, get_line] in writer {
            order = order
                .because(put, put_line, "a writer puts first and then prints")
                .because(put, get_line, "an item is put before it is got")
                .because(
                    "is reading",
                    get_line,
                    "the reader prints this before its first get",
                );
        }
        for pair in writer.windows(2) {
            let [[_, put_line, get_line], [next_put, _, next_get_line]] = [pair[0], pair[1]];
            order = order
                .because(put_line, next_put, "a writer prints before its next put")
                .because(
                    get_line,
                    next_get_line,
                    "a queue keeps the order of one writer's items",
                );
        }
    }
    order
}

/// The key follows from reasons; this check compares it with disturbed runs.
fn runs() {
    for seed in 1..=8 {
        let ran = program!("ipc-queue").chaos(seed).run();
        ran.expect_code(0);
        let asked = |line: &&str| {
            if line.ends_with("is reading...") {
                return "is reading".to_owned();
            }
            let words: Vec<&str> = line.split(' ').take(2).collect();
            words.join(" ")
        };
        let seen: Vec<String> = ran.lines().iter().map(asked).collect();
        order().expect_uncontradicted(&ran, &seen);
    }
}
