//! What is printed of results and of the state of a scheduler.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use common::say;
use scheduler::TaskId;
use scheduler::task::TaskOutcome;

use crate::arguments::Output;
use crate::kinds::{Kinds, Shown};
use crate::wire::Overview;

/// Prints the results of a batch. Returns whether all of its tasks were done.
pub(super) fn results(
    batch: u64,
    kind: &str,
    all: Vec<Option<(TaskId, TaskOutcome)>>,
    output: &Output,
    kinds: &Kinds,
) -> Result<bool, String> {
    let all: Vec<_> = all.into_iter().flatten().collect();
    let mut done = Vec::new();
    let mut failed = Vec::new();
    for (index, (id, outcome)) in all.into_iter().enumerate() {
        match outcome {
            Ok(body) => done.push((index, body)),
            Err(why) => failed.push((index, id, why)),
        }
    }
    let places: Vec<usize> = done.iter().map(|(index, _)| *index).collect();
    let bodies: Vec<Vec<u8>> = done.into_iter().map(|(_, body)| body).collect();
    let is_alone = |lines: &[String]| lines.len() == places.len();
    match kinds.show(kind, &bodies)? {
        Shown::Lines(lines) if output.json && is_alone(&lines) => {
            for (index, line) in places.iter().zip(&lines) {
                say!("{{\"index\":{index},\"result\":{}}}", quoted(line));
            }
        }
        Shown::Lines(lines) => lines.iter().for_each(|line| say!("{line}")),
        Shown::File(..) if !failed.is_empty() => {}
        Shown::File(file, ending) => {
            let name = || PathBuf::from(format!("{kind}-{batch}.{ending}"));
            let path = output.out.clone().unwrap_or_else(name);
            let shown = path.display();
            fs::write(&path, file).map_err(|error| format!("cannot write {shown}: {error}"))?;
            say!("{shown} is written");
        }
    }
    for (index, id, why) in &failed {
        match output.json {
            true => say!(
                "{{\"index\":{index},\"task\":{id},\"error\":{}}}",
                quoted(why)
            ),
            false => say!("Task {id} failed (number {index} of the batch): {why}"),
        }
    }
    Ok(failed.is_empty())
}

pub(super) fn status(it: &Overview, json: bool) -> Result<(), String> {
    let text = match json {
        true => as_json(it),
        false => as_text(it),
    };
    common::print_text(&text).map_err(|error| error.to_string())
}

fn as_text(it: &Overview) -> String {
    let status = it.status;
    let mut text = format!(
        "up        {} s, tasks kept in {}\n",
        it.up_seconds,
        it.data.as_deref().unwrap_or("memory alone")
    );
    // Writing to a string cannot fail.
    let _fits = write!(
        text,
        "tasks     {} ready, {} leased, {} delayed, {} dead, {} ended ({} in the last 10 s), {} late results dropped\n\
         clients   {}\nworkers   {}\n",
        status.ready,
        status.leased,
        status.delayed,
        status.dead,
        status.ended,
        it.recently,
        status.late,
        it.clients,
        it.workers.len()
    );
    for worker in &it.workers {
        let _fits = writeln!(
            text,
            "  {:<32} {:<21} holds {}, has told {}",
            worker.name, worker.address, worker.holds, worker.told
        );
    }
    text
}

/// One line: a program reads it.
pub(crate) fn as_json(it: &Overview) -> String {
    let workers = it.workers.iter().map(|worker| {
        format!(
            "{{\"name\":{},\"address\":{},\"holds\":{},\"told\":{}}}",
            quoted(&worker.name),
            quoted(&worker.address),
            worker.holds,
            worker.told
        )
    });
    let workers = workers.collect::<Vec<_>>().join(",");
    let data = it.data.as_deref().map_or("null".to_owned(), quoted);
    let status = it.status;
    format!(
        "{{\"up_seconds\":{},\"data\":{data},\"ready\":{},\"leased\":{},\"delayed\":{},\"dead\":{},\
         \"ended\":{},\"late\":{},\"recently\":{},\"clients\":{},\"workers\":[{workers}]}}\n",
        it.up_seconds,
        status.ready,
        status.leased,
        status.delayed,
        status.dead,
        status.ended,
        status.late,
        it.recently,
        it.clients
    )
}

/// A string of JSON.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            '\n' => quoted.push_str("\\n"),
            char if char.is_control() => {
                let _fits = write!(quoted, "\\u{:04x}", u32::from(char));
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}
