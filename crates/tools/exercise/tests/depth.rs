//! Tests that a text that is nested too deep for the parser is refused and ends no grading.

use exercise::{GraftError, graft};

const REFERENCE: &str = "pub fn total(numbers: &[u32]) -> u32 {\n    numbers.iter().sum()\n}\n";

fn grafted(body: &str) -> Result<String, GraftError> {
    let theirs = REFERENCE.replace("numbers.iter().sum()", body);
    graft(REFERENCE, &theirs, &["total"])
}

/// What comes before, what is repeated, and what comes after it.
const NESTED: [(&str, &str, &str); 20] = [
    ("", "return ", "1"),
    ("", "|a| ", "1"),
    ("", "a + ", "1"),
    ("", "a = ", "1"),
    ("a", ".b()", ""),
    ("a", "?", ""),
    ("a", "[0]", ""),
    ("a", " as u8", ""),
    ("if a {} ", "else if a {} ", ""),
    ("let a: ", "Own<", "u8"),
    ("let a: ", "Own<u8, ", "u8"),
    ("", "|a, b| ", "1"),
    ("let a: ", "&'a ", "u8"),
    ("let a: ", "fn() -> ", "u8"),
    ("let ", "a @ ", "b = 1"),
    ("use ", "a::", "b"),
    ("", "loop {} - ", "1"),
    ("", "Own {} - ", "1"),
    ("", "match a {} . b() + ", "1"),
    ("", "break 'a ", "1"),
];

#[test]
fn what_nests_without_brackets_or_rows_of_signs_is_nested_too() {
    for (begin, deep, end) in NESTED {
        let with = |count| grafted(&format!("{begin}{}{end}; 0", deep.repeat(count)));
        let refused = with(5_000);
        let is_found =
            matches!(&refused, Err(GraftError::NoSource(no)) if no.what.contains("deeply"));
        assert!(is_found, "{deep}: {refused:?}");
        // As deep as it may be, it does not overflow the parser.
        let _taken_or_refused: Vec<_> = (30..400).step_by(45).map(with).collect();
    }
    let both = ["(".repeat(90), "Own::<".repeat(80), ")".repeat(90)];
    assert!(grafted(&both.concat()).is_err());
}

#[test]
fn what_stands_one_beside_the_other_is_not_nested() {
    let statements =
        "if numbers.is_empty() { return 1 } let a = Some(3)?; loop { break } ".repeat(300);
    let comments = "/// A line of many.\n".repeat(1_000);
    let list = "numbers[0] + 1, ".repeat(1_000);
    let body = format!("{comments}fn own() {{}} {statements} [{list}].iter().sum()");
    assert_eq!(grafted(&body).err(), None);
}
