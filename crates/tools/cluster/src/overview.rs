//! The state of a scheduler as text for people, and as JSON for programs and for the page.

use std::fmt::Write as _;

use common::{clean, is_hidden};

use crate::wire::Overview;

pub(crate) fn as_text(it: &Overview) -> String {
    let status = it.status;
    let mut text = format!(
        "up        {} s, tasks kept in {}\n",
        it.up_seconds,
        clean(it.data.as_deref().unwrap_or("memory alone"))
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
            clean(&worker.name),
            clean(&worker.address),
            worker.holds,
            worker.told
        );
    }
    for (id, batch, why) in &it.dead {
        let _fits = writeln!(text, "dead      task {id} of batch {batch}: {}", clean(why));
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
    let dead = dead.map(|(id, batch, why)| {
        format!(
            "{{\"task\":{id},\"batch\":{batch},\"why\":{}}}",
            quoted(why)
        )
    });
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

/// The text as a JSON string, with its quotes. What a terminal obeys is escaped, too.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            '\n' => quoted.push_str("\\n"),
            char if is_hidden(char) => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    let _fits = write!(quoted, "\\u{unit:04x}");
                }
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use scheduler::TaskId;
    use scheduler::task::Status;

    use super::*;
    use crate::wire::WorkerState;

    /// What a peer may have chosen: a colour, another line, a title, and letters that turn around.
    #[test]
    fn no_text_of_a_peer_is_obeyed_by_a_terminal() {
        let text = "\u{1b}[31m\nworkers 9\r\u{9b}2J\u{7f}<b>\u{202e}\u{e0041}\"\\";
        let all = || text.to_owned();
        let (name, address, holds, told) = (all(), all(), 0, 0);
        let overview = Overview {
            up_seconds: 0,
            data: Some(all()),
            status: Status::default(),
            recently: 0,
            workers: vec![WorkerState {
                name,
                address,
                holds,
                told,
            }],
            clients: 0,
            dead: vec![(TaskId(0), 7, all())],
        };
        let lines = as_text(&overview);
        assert_eq!(lines.lines().count(), 6, "{lines}");
        let json = as_json(&overview);
        for shown in [&lines, &json] {
            let is_obeyed = |char: char| is_hidden(char) && char != '\n';
            assert!(!shown.contains(is_obeyed), "{shown:?}");
        }
        assert_eq!(json.lines().count(), 1, "{json}");
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["data"], text);
        assert_eq!(read["workers"][0]["name"], text);
        assert_eq!(read["dead_tasks"][0]["why"], text);
        assert_eq!(read["dead_tasks"][0]["batch"], 7);
    }
}
