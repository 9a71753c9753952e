//! The words by which a judge knows the verdict of a check from what the student's code prints.

use std::fs::File;
use std::io::{self, Read, Write};

use nix::errno::Errno;
use nix::unistd::read;

use crate::fault::Fault;
use crate::report::{ENDED, Outcome, parse};

/// The words that begin the lines of a verdict.
pub(crate) struct Nonces {
    pass: String,
    fault: String,
}

impl Nonces {
    pub(crate) fn new() -> io::Result<Self> {
        let mut random = File::open("/dev/urandom")?;
        let (pass, fault) = (nonce(&mut random)?, nonce(&mut random)?);
        Ok(Self { pass, fault })
    }

    /// Reads what the judge has sent, up to the end of its stream: not by std, whose buffer keeps it for
    /// all code of this process.
    pub(crate) fn read() -> Option<Self> {
        let mut line = Vec::new();
        loop {
            let mut part = [0; 128];
            match read(io::stdin(), &mut part) {
                Ok(0) => break,
                Ok(length) => line.extend_from_slice(&part[..length]),
                Err(Errno::EINTR) => {}
                Err(_) => return None,
            }
        }
        let line = String::from_utf8(line).ok()?;
        let (pass, fault) = line.trim().split_once(' ')?;
        let (pass, fault) = (pass.to_owned(), fault.to_owned());
        Some(Self { pass, fault })
    }

    /// Sends them to a check.
    pub(crate) fn send(&self, mut to: impl Write) -> io::Result<()> {
        writeln!(to, "{} {}", self.pass, self.fault)
    }

    /// The verdict in the output of a check: its lines that begin with one of these words.
    pub(crate) fn word_of(&self, out: &str) -> Option<Result<(), Fault>> {
        let faults = out
            .lines()
            .filter_map(|line| line.strip_prefix(&self.fault));
        let faults: Vec<&str> = faults.collect();
        if faults.is_empty() {
            return out.lines().any(|line| line == self.pass).then_some(Ok(()));
        }
        let text = format!("check\tit\tholds\n{}\n{ENDED}", faults.join("\n"));
        let outcome = parse(&text).ok()?.pop()?;
        Some(Err(outcome.fault?))
    }

    /// The lines by which a check reports its verdict.
    pub(crate) fn said(&self, fault: Option<Fault>) -> String {
        if fault.is_none() {
            return format!("{}\n", self.pass);
        }
        let (name, holds) = (String::new(), String::new());
        let lines = Outcome { name, holds, fault }.lines();
        let lines = lines.lines().skip(1);
        lines
            .map(|line| format!("{}{line}\n", self.fault))
            .collect()
    }
}

/// Returns a word that no program can guess: 128 random bits.
fn nonce(random: &mut impl Read) -> io::Result<String> {
    let mut bytes = [0; 16];
    random.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
