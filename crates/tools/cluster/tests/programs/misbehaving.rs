//! A cluster for the tests, whose tasks echo, fail, panic, wait, count how often they run, and kill
//! their workers.

use std::fmt::{self, Display};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::str::FromStr;
use std::thread;
use std::time::Duration;

use borsh::{BorshDeserialize, BorshSerialize};
use cluster::Kinds;

/// The bytes of a file. Shown as their number, and whether they are 0, 1, 2, ... repeated.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
struct Contents(Vec<u8>);

impl FromStr for Contents {
    type Err = std::io::Error;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        fs::read(path).map(Self)
    }
}

impl Display for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_right = |(place, byte): (usize, &u8)| place % 256 == usize::from(*byte);
        let are_right = self.0.iter().enumerate().all(is_right);
        write!(f, "{} bytes, in order: {are_right}", self.0.len())
    }
}

fn main() -> ExitCode {
    let kinds = Kinds::standard()
        .with("text", "TEXT...: each as it is", |it: String| Ok(it))
        .with("flag", "BOOLEAN...: each as it is", |it: bool| Ok(it))
        .with("real", "NUMBER...: each as it is", |it: f64| Ok(it))
        .with("file", "FILE...: its bytes as they are", |it: Contents| {
            Ok(it)
        })
        .with("large", "BYTES...: as many bytes", |count: usize| {
            Ok(Contents(
                (0..count).map(|place| place.to_le_bytes()[0]).collect(),
            ))
        })
        .with("fail", "TEXT...: fails with each", Err::<String, String>)
        .with(
            "panic",
            "TEXT...: panics with each",
            |text: String| -> Result<u8, String> { panic!("{text}") },
        )
        .with(
            "abort",
            "TEXT...: kills its worker",
            |_: String| -> Result<u8, String> { std::process::abort() },
        )
        .with("nap", "MILLISECONDS...: sleeps for each", |long: u64| {
            thread::sleep(Duration::from_millis(long));
            Ok(long)
        })
        .with("note", "FILE...: adds a line to each", note)
        .with("gate", "FILE...: waits until each is there", gate);
    cluster::main(kinds)
}

fn note(path: String) -> Result<String, String> {
    let file = OpenOptions::new().append(true).create(true).open(&path);
    let written = file.and_then(|mut file| file.write_all(b"once\n"));
    written.map_err(|error| error.to_string())?;
    Ok(path)
}

fn gate(path: String) -> Result<String, String> {
    note(format!("{path}.begun"))?;
    for _ in 0..3000 {
        if Path::new(&path).exists() {
            return Ok(path);
        }
        thread::sleep(Duration::from_millis(10));
    }
    Err("the gate was not opened within 30 s".to_owned())
}
