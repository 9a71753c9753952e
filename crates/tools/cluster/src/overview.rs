//! The state of a scheduler as text for people, and as JSON for programs and for the page.

use std::fmt::Write as _;

use crate::wire::Overview;

pub(crate) fn as_text(it: &Overview) -> String {
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
    for (id, why) in &it.dead {
        let _fits = writeln!(text, "dead      task {id}: {}", common::clean(why));
    }
    text
}

/// The state as one line of JSON, for programs.
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
    let dead = it.dead.iter();
    let dead = dead.map(|(id, why)| format!("{{\"task\":{id},\"why\":{}}}", quoted(why)));
    let dead = dead.collect::<Vec<_>>().join(",");
    let status = it.status;
    format!(
        "{{\"up_seconds\":{},\"data\":{data},\"ready\":{},\"leased\":{},\"delayed\":{},\"dead\":{},\
         \"ended\":{},\"late\":{},\"recently\":{},\"clients\":{},\"workers\":[{workers}],\"dead_tasks\":[{dead}]}}\n",
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

/// The text as a JSON string, with its quotes.
pub(crate) fn quoted(text: &str) -> String {
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
