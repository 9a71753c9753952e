//! Which lines of 1.4.1 can come before which.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use check::{Check, Fault, Verdict, answers, fault, main as judge, program};

fn main() -> ExitCode {
    judge(
        "ipc-queue/order",
        &[
            Check::new("letters", "each answer is one of the letters", letters),
            Check::new("possible", "each of them can be seen", possible),
            Check::new("all", "none that can be seen is missing", all),
            Check::new("runs", "no run contradicts the reasons", runs),
        ],
    )
}

/// What is asked, as in the file that is handed out: can a line with the first words be seen before
/// one with the second?
const ASKED: [(char, &str, &str); 10] = [
    ('a', "Get url_1 ", "Put url_1 "),
    ('b', "Put url_2 ", "Put url_1 "),
    ('c', "Put url_6 ", "Put url_1 "),
    ('d', "Get url_2 ", "Get url_1 "),
    ('e', "Get url_4 ", "Get url_1 "),
    ('f', "Get url_2 ", "Put url_1 "),
    ('g', "Get url_5 ", "Put url_1 "),
    ('h', "Put url_3 ", "Get url_1 "),
    ('i', "Get url_1 ", "is reading"),
    ('j', "Put url_3 ", "is reading"),
];

fn letters() {
    let _all = answered();
}

fn possible() {
    let reasons = reasons();
    for (letter, first, second) in ASKED {
        if answered().contains(&letter)
            && let Some(why) = always(&reasons, second, first)
        {
            fault(format!(
                "{letter} cannot be seen: {}.",
                why.join(", and then ")
            ));
        }
    }
}

fn all() {
    let reasons = reasons();
    let mut can = BTreeSet::new();
    for (letter, first, second) in ASKED {
        if always(&reasons, second, first).is_none() {
            can.insert(letter);
        }
    }
    let missing = can.difference(&answered()).count();
    if missing > 0 {
        fault(format!(
            "What you have named can be seen, but not only that: {missing} missing. What has to come \
             before the second of two lines, and does it wait for the first?"
        ));
    }
}

/// The key is made of reasons; here it is looked at beside runs that are disturbed.
fn runs() {
    let reasons = reasons();
    for seed in 1..=8 {
        let ran = program!("ipc-queue").chaos(seed).run();
        ran.expect_code(0);
        let lines = ran.lines();
        for (letter, first, second) in ASKED {
            let place = |words: &str| lines.iter().position(|line| line.contains(words));
            let is_seen = matches!(
                (place(first), place(second)),
                (Some(first), Some(second)) if first < second
            );
            if is_seen && always(&reasons, second, first).is_some() {
                let said = format!("the key says that {letter} cannot be seen, and it was");
                let fault = ran.fault(&said);
                let verdict = Verdict::GraderError;
                Fault { verdict, ..fault }.raise();
            }
        }
    }
}

fn answered() -> BTreeSet<char> {
    let lines = answers(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/exercises/order/answer.txt"
    ));
    let words = lines.iter().flat_map(|line| line.split([',', ' ']));
    let words = words.filter(|word| !word.is_empty());
    let letter = |word: &str| {
        let asked = ASKED.iter().map(|(letter, ..)| *letter);
        let its = asked.filter(|letter| word.eq_ignore_ascii_case(&letter.to_string()));
        its.last().unwrap_or_else(|| {
            fault(format!(
                "'{word}' is none of the letters: write `can: k`, say."
            ))
        })
    };
    words.map(letter).collect()
}

/// What comes before what in every run, and why: by what comes later.
type Reasons = BTreeMap<String, Vec<(String, &'static str)>>;

fn reasons() -> Reasons {
    let mut reasons = Reasons::new();
    let mut add = |first: String, second: String, why| {
        reasons.entry(second).or_default().push((first, why));
    };
    for urls in [[1, 2, 3], [4, 5, 6]] {
        for url in urls {
            let put = format!("the put of url_{url}");
            let (put_line, get_line) = (format!("Put url_{url} "), format!("Get url_{url} "));
            add(put.clone(), put_line, "a writer puts first and then prints");
            add(put, get_line.clone(), "what is got has been put");
            add(
                "is reading".to_owned(),
                get_line,
                "the reader prints this before it gets",
            );
        }
        for pair in urls.windows(2) {
            let line = |word: &str, url: u8| format!("{word} url_{url} ");
            let next = format!("the put of url_{}", pair[1]);
            add(
                line("Put", pair[0]),
                next,
                "a writer prints before its next put",
            );
            let gets = (line("Get", pair[0]), line("Get", pair[1]));
            add(gets.0, gets.1, "a queue keeps the order of a writer");
        }
    }
    reasons
}

/// Why `first` comes before `second` in every run, step by step; `None` when it need not.
fn always(reasons: &Reasons, first: &str, second: &str) -> Option<Vec<&'static str>> {
    for (before, why) in reasons.get(second)? {
        if before == first {
            return Some(vec![why]);
        }
        if let Some(mut whys) = always(reasons, first, before) {
            whys.push(why);
            return Some(whys);
        }
    }
    None
}
