//! Formats results, for a person and for programs.

use std::fmt::Write as _;

use check::Verdict;
use check::judge::for_a_person;
use serde_json::{Value, json};

use crate::failed::{Failed, harmless, harmless_lines};
use crate::grade::Graded;

/// The version of the format of `result.json`, whose schema is docs/result.schema.json.
const VERSION: u32 = 1;

/// A format in which results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    Json,
    Csv,
    Gradescope,
}

impl Format {
    pub(crate) fn named(name: &str) -> Result<Self, Failed> {
        match name {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            "gradescope" => Ok(Self::Gradescope),
            other => Err(Failed::Words(format!(
                "there is no format '{other}'; there are text, json, csv and gradescope"
            ))),
        }
    }

    /// Formats all results.
    pub(crate) fn show(self, all: &[Graded]) -> String {
        match self {
            Self::Text => all.iter().map(as_text).collect(),
            Self::Json => match all {
                [one] => format!("{:#}\n", as_json(one)),
                all => format!("{:#}\n", Value::from_iter(all.iter().map(as_json))),
            },
            Self::Csv => as_csv(all),
            Self::Gradescope => format!("{:#}\n", as_gradescope(all)),
        }
    }
}

/// Formats a result as a paragraph for a person.
pub(crate) fn as_text(graded: &Graded) -> String {
    let max = graded.max_points;
    let points = points(graded).map_or("no points yet".to_owned(), |points| points.to_string());
    let path = harmless(&graded.submission.to_string_lossy());
    let verdict = graded.verdict;
    let seconds = graded.took.as_secs_f64();
    let (exercise, seed) = (&graded.exercise, graded.seed);
    let mut text =
        format!("{path}: {verdict}, {points} of {max} ({exercise}, {seconds:.1} s, seed {seed})\n");
    for outcome in &graded.outcomes {
        text += &for_a_person(outcome);
    }
    text
}

/// The points, if they are known: an error of the grader costs the student nothing.
fn points(graded: &Graded) -> Option<u32> {
    (graded.verdict != Verdict::GraderError).then_some(graded.points)
}

/// Formats a result as in `result.json`.
pub(crate) fn as_json(graded: &Graded) -> Value {
    let checks = graded.outcomes.iter().map(|outcome| {
        let fault = outcome.fault.as_ref();
        json!({
            "name": outcome.name,
            "holds": outcome.holds,
            "verdict": outcome.verdict().name(),
            "said": fault.map_or(&[][..], |fault| &fault.said),
            "again": fault.and_then(|fault| fault.again.as_deref()),
        })
    });
    json!({
        "version": VERSION,
        "exercise": graded.exercise,
        "submission": graded.submission.display().to_string(),
        "verdict": graded.verdict.name(),
        "points": points(graded),
        "max_points": graded.max_points,
        "seed": graded.seed,
        "checks": checks.collect::<Vec<_>>(),
    })
}

/// Formats a table of the class (RFC 4180) in which no cell is a formula.
fn as_csv(all: &[Graded]) -> String {
    let mut text = "submission,exercise,verdict,points,max_points,check,said,seed\r\n".to_owned();
    for graded in all {
        let fault = graded.fault();
        let reason = fault.and_then(|outcome| Some(outcome.fault.as_ref()?.said.join(" ")));
        let cells = [
            graded.submission.display().to_string(),
            graded.exercise.clone(),
            graded.verdict.name().to_owned(),
            points(graded).map_or(String::new(), |points| points.to_string()),
            graded.max_points.to_string(),
            fault.map_or(String::new(), |outcome| outcome.name.clone()),
            reason.unwrap_or_default(),
            graded.seed.to_string(),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| cell_of(cell)).collect();
        // Writing to a string cannot fail.
        let _fits = write!(text, "{}\r\n", cells.join(","));
    }
    text
}

/// The signs with which a formula begins, also those of full width.
const FORMULA: [char; 8] = [
    '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// A text in quotes, without characters that a terminal would obey. Where a spreadsheet would take it for
/// a formula, an apostrophe comes first. Where `;` separates the cells of a list, only the first cell of
/// a line is in quotes, so that each `;` and each line begins a cell.
fn cell_of(text: &str) -> String {
    let is_formula = text.starts_with(FORMULA) || text.starts_with(['\t', '\r', '\n']);
    let mut cell = if is_formula { "'" } else { "" }.to_owned();
    let text = harmless_lines(text);
    for part in text.split_inclusive([';', '\n']) {
        let begin = part.trim_start_matches(['"', ' ']);
        let begins_cell = cell.ends_with([';', '\n']);
        if begins_cell && begin.starts_with(FORMULA) {
            cell.push('\'');
        }
        cell += part;
    }
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// Formats a `results.json` for Gradescope: a test for each check, and the points of all. A submission
/// on which the grader itself has failed gets no points, which Gradescope shows as not graded.
///
/// Source: <https://gradescope-autograders.readthedocs.io/en/latest/specs/>.
fn as_gradescope(all: &[Graded]) -> Value {
    let tests = all.iter().flat_map(|graded| {
        graded.outcomes.iter().map(move |outcome| {
            let status = match outcome.verdict() {
                Verdict::Pass => "passed",
                _ => "failed",
            };
            json!({
                "name": format!("{}: {}", graded.exercise, outcome.holds),
                "status": status,
                "output": for_a_person(outcome),
                "visibility": "visible",
            })
        })
    });
    let verdicts = all.iter().map(|graded| {
        let (exercise, verdict, seed) = (&graded.exercise, graded.verdict, graded.seed);
        format!("{exercise}: {verdict} (seed {seed})\n")
    });
    let verdicts: String = verdicts.collect();
    let mut result = json!({
        "stdout_visibility": "hidden",
        "tests": tests.collect::<Vec<_>>(),
    });
    let points: Option<Vec<u32>> = all.iter().map(points).collect();
    match points {
        Some(points) => {
            result["score"] = points.iter().sum::<u32>().into();
            result["output"] = verdicts.into();
        }
        None => result["output"] = format!("{NOT_GRADED}\n{verdicts}").into(),
    }
    result
}

/// The text that comes first when there are no points.
const NOT_GRADED: &str = "This submission has no points yet: the grader itself has failed, which is no fault \
     of yours. Your instructor has to have it graded again.";

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;

    fn graded(submission: &str) -> Graded {
        Graded {
            submission: PathBuf::from(submission),
            exercise: "ipc-pipe/forgotten-end".to_owned(),
            verdict: Verdict::Pass,
            points: 5,
            max_points: 5,
            seed: 1,
            outcomes: Vec::new(),
            took: Duration::from_secs(1),
            lacked_memory: false,
            before: None,
        }
    }

    #[test]
    fn a_result_has_every_field_of_its_schema() {
        let schema: Value =
            serde_json::from_str(include_str!("../../../../docs/result.schema.json")).unwrap();
        let mut one = graded("a");
        one.outcomes.push(check::report::Outcome {
            name: "end".to_owned(),
            holds: "it ends".to_owned(),
            fault: None,
        });
        let result = as_json(&one);
        let keys = |value: &Value| -> Vec<String> {
            let mut keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
            keys.sort();
            keys
        };
        let demanded = |schema: &Value| -> Vec<String> {
            let list = schema["required"].as_array().unwrap().iter();
            let mut keys: Vec<_> = list.map(|key| key.as_str().unwrap().to_owned()).collect();
            keys.sort();
            keys
        };
        assert_eq!(keys(&result), demanded(&schema));
        let check = &schema["properties"]["checks"]["items"];
        assert_eq!(keys(&result["checks"][0]), demanded(check));
        let verdicts = Verdict::ALL.map(Verdict::name);
        assert_eq!(schema["$defs"]["verdict"]["enum"], json!(verdicts));
    }

    #[test]
    fn no_cell_of_a_table_is_a_formula_and_quotes_stay_in_their_cell() {
        let table = as_csv(&[graded("=cmd|' /C calc'!A0"), graded("a \"b\", c\nd")]);
        assert!(table.contains("\r\n\"'=cmd|"), "{table}");
        assert!(table.contains("\"a \"\"b\"\", c\nd\","), "{table}");
        assert!(!as_csv(&[graded("a\x1b[2J")]).contains('\x1b'));
        for sign in ["\u{ff1d}1", "\u{ff0b}1", "\u{ff0d}1", "\u{ff20}1"] {
            let table = as_csv(&[graded(sign)]);
            assert!(table.contains(&format!("\"'{sign}\"")), "{table}");
        }
        for (text, cell) in [
            ("a;=1", "a;'=1"),
            ("a;\"=1", "a;'\"\"=1"),
            ("a; @b;c", "a;' @b;c"),
            ("a\n+1", "a\n'+1"),
            ("\n=1", "'\n'=1"),
            ("a\t-1;b", "a -1;b"),
        ] {
            assert_eq!(cell_of(text), format!("\"{cell}\""));
        }
    }

    #[test]
    fn an_error_of_the_grader_is_no_zero() {
        let ours = Graded::example(Verdict::GraderError);
        assert_eq!(as_json(&ours)["points"], Value::Null);
        let table = as_csv(&[ours]);
        assert!(table.contains("\"grader-error\",\"\","), "{table}");
        let theirs = Graded::example(Verdict::Fail);
        assert_eq!(as_json(&theirs)["points"], 0);
    }

    #[test]
    fn gradescope_gets_no_points_where_the_grader_has_failed_and_the_other_results_all_the_same() {
        let [right, wrong, ours] = [Verdict::Pass, Verdict::Fail, Verdict::GraderError];
        let right = || Graded {
            points: 5,
            ..Graded::example(right)
        };
        let result = as_gradescope(&[right(), Graded::example(wrong)]);
        assert_eq!(result["score"], 5);
        let result = as_gradescope(&[right(), Graded::example(ours)]);
        assert_eq!(result.get("score"), None);
        assert!(
            result["tests"]
                .as_array()
                .unwrap()
                .iter()
                .all(|test| test.get("score").is_none())
        );
        let output = result["output"].as_str().unwrap();
        assert!(
            output.starts_with("This submission has no points yet"),
            "{output}"
        );
        assert!(
            output.contains("pass") && output.contains("grader-error"),
            "{output}"
        );
        assert_eq!(result["tests"][0]["status"], "passed");
    }

    #[test]
    fn a_report_has_the_seed_that_shows_it_again() {
        let graded = Graded {
            seed: 77,
            ..graded("a")
        };
        assert!(as_text(&graded).contains("seed 77"));
    }

    #[test]
    fn a_name_is_no_line_of_the_report_and_moves_no_cursor() {
        let text = as_text(&graded("a\nb.rs: pass, 5 of 5\x1b[2J"));
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(!text.contains('\x1b'), "{text}");
    }
}
