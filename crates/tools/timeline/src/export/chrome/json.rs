//! Writes the events of the Chrome trace format, one on a line.
//!
//! Source: "Trace Event Format", the document to which chrome://tracing links. Which part of it
//! Perfetto reads was tested with its trace processor.

use std::fmt::Write;

use crate::json::Quoted;

/// The text of a trace. A position in it is a process and a thread; times are in nanoseconds.
pub(super) struct Json {
    text: String,
}

/// A process and a thread.
pub(super) type Track = (u64, u64);

impl Json {
    pub(super) fn new() -> Self {
        Self {
            text: "{\"traceEvents\":[\n".to_owned(),
        }
    }

    /// Writes a slice: something that lasts.
    pub(super) fn slice(&mut self, (pid, tid): Track, name: &str, from: u64, to: u64) {
        let (name, ts, dur) = (Quoted(name), Micros(from), Micros(to.saturating_sub(from)));
        self.line(format_args!(
            r#""ph":"X","name":{name},"pid":{pid},"tid":{tid},"ts":{ts},"dur":{dur}"#
        ));
    }

    /// Writes an arrow from one slice to another. `bp` binds its end to the slice around it instead
    /// of the next one.
    pub(super) fn arrow(&mut self, id: usize, what: &str, from: (Track, u64), to: (Track, u64)) {
        let ((pid, tid), ts) = (from.0, Micros(from.1));
        self.line(format_args!(
            r#""ph":"s","id":{id},"cat":"{what}","name":"{what}","pid":{pid},"tid":{tid},"ts":{ts}"#
        ));
        let ((pid, tid), ts) = (to.0, Micros(to.1));
        self.line(format_args!(
            r#""ph":"f","bp":"e","id":{id},"cat":"{what}","name":"{what}","pid":{pid},"tid":{tid},"ts":{ts}"#
        ));
    }

    /// Writes a number that has changed.
    pub(super) fn counter(&mut self, pid: u64, name: &str, at: u64, count: usize) {
        let (name, ts) = (Quoted(name), Micros(at));
        self.line(format_args!(
            r#""ph":"C","name":{name},"pid":{pid},"ts":{ts},"args":{{"messages":{count}}}"#
        ));
    }

    /// Writes the name of a process and its position in the list.
    pub(super) fn process(&mut self, pid: u64, name: &str, index: usize) {
        let name = Quoted(name);
        self.line(format_args!(
            r#""ph":"M","name":"process_name","pid":{pid},"args":{{"name":{name}}}"#
        ));
        self.line(format_args!(
            r#""ph":"M","name":"process_sort_index","pid":{pid},"args":{{"sort_index":{index}}}"#
        ));
    }

    /// Writes the name of a thread.
    pub(super) fn thread(&mut self, (pid, tid): Track, name: &str, index: usize) {
        let name = Quoted(name);
        self.line(format_args!(
            r#""ph":"M","name":"thread_name","pid":{pid},"tid":{tid},"args":{{"name":{name}}}"#
        ));
        self.line(format_args!(
            r#""ph":"M","name":"thread_sort_index","pid":{pid},"tid":{tid},"args":{{"sort_index":{index}}}"#
        ));
    }

    fn line(&mut self, event: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _fits = writeln!(self.text, "{{{event}}},");
    }

    /// Returns the whole trace, with the text `about`.
    pub(super) fn end(mut self, about: &str) -> String {
        if self.text.ends_with(",\n") {
            self.text.truncate(self.text.len() - ",\n".len());
        }
        let about = Quoted(about);
        let _fits = writeln!(
            self.text,
            "\n],\"displayTimeUnit\":\"ns\",\"otherData\":{{\"about\":{about}}}}}"
        );
        self.text
    }
}

/// A time in nanoseconds, written in microseconds, the unit of the format.
struct Micros(u64);

impl std::fmt::Display for Micros {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}
