//! Reads the lines of a log into a run.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use common::log::{LINE_BYTES, Line, VERSION};
use common::{EventId, Kind};
use nix::errno::Errno;
use nix::unistd::{Whence, lseek};

use crate::log::error::ReadError;
use crate::log::settle::settle;
use crate::run::{Class, End, Event, Lane, Role, Run, Thing};

impl Run {
    /// Reads a log to its end. Damaged lines are skipped and counted in [`Run::damage`]. The log of
    /// a run that was killed, or has not ended yet, is read as far as it goes.
    ///
    /// # Errors
    /// Returns [`ReadError`] when the log cannot be read, or no run can be made of it.
    pub fn read(log: impl BufRead) -> Result<Self, ReadError> {
        Self::read_by(log, |_| Ok(0))
    }

    /// Like [`read`](Self::read), for a file. Skips its holes, which the system knows.
    ///
    /// # Errors
    /// Returns [`ReadError`], like [`read`](Self::read).
    pub fn read_file(log: File) -> Result<Self, ReadError> {
        Self::read_by(BufReader::with_capacity(1 << 16, log), jump)
    }

    fn read_by<L: BufRead>(log: L, jump: Jump<L>) -> Result<Self, ReadError> {
        let mut reading = Reading::default();
        reading.read(log, jump)?;
        let (mut run, seen) = (reading.run, reading.seen);
        if run.events.is_empty() {
            return Err(seen.map_or(ReadError::NotALog, ReadError::Version));
        }
        run.damage.headless = run.program.is_empty();
        let left_out = reading.left_out_bytes / LINE_BYTES as u64;
        run.damage.left_out = usize::try_from(left_out).unwrap_or(usize::MAX);
        settle(&mut run, &reading.causes, reading.gap);
        Ok(run)
    }
}

/// A log that is being read. Its times are still those of the clock.
#[derive(Default)]
struct Reading {
    run: Run,
    /// The cause that each event names.
    causes: Vec<EventId>,
    boot: Option<String>,
    /// The length in bytes of the hole in the middle of the log.
    left_out_bytes: u64,
    /// How many events precede the last gap, if there is one.
    gap: Option<usize>,
    /// Another version than ours, if a line has one.
    seen: Option<u64>,
    lanes: HashMap<LaneKey, usize>,
    /// The processes and threads that already have a lane.
    pids: HashSet<u32>,
    tids: HashSet<u32>,
    things: HashMap<Box<str>, usize>,
}

/// Identifies a lane. A thread may have several tasks, each with a name, and a number if the log has it.
type LaneKey = (u32, u32, u32, Box<str>);

impl Reading {
    fn read<L: BufRead>(&mut self, mut log: L, jump: Jump<L>) -> Result<(), ReadError> {
        let mut line = Vec::new();
        let mut before_first_bytes = 0;
        for number in 1.. {
            line.clear();
            let room = match self.run.events.is_empty() {
                true => MOST_BEFORE_FIRST_BYTES.saturating_sub(before_first_bytes),
                false => u64::MAX,
            };
            if room == 0 {
                break;
            }
            let skipped = skip_hole(&mut log, jump, room).map_err(ReadError::Io)?;
            self.left_out_bytes += skipped;
            if skipped >= LINE_BYTES as u64 {
                self.gap = Some(self.run.events.len());
            }
            // A file of another kind may have no line ends. No event is as long as this.
            let mut piece = log.by_ref().take(LONGEST_LINE_BYTES);
            let read = piece.read_until(b'\n', &mut line).map_err(ReadError::Io)?;
            if read == 0 {
                break;
            }
            before_first_bytes += skipped + read as u64;
            if line.trim_ascii().is_empty() {
                continue;
            }
            if !self.take_line(&line)? {
                self.run.damage.bad_lines += 1;
                self.run.damage.first_bad_line.get_or_insert(number);
                self.gap = Some(self.run.events.len());
            }
        }
        Ok(())
    }

    /// Reads a line, and returns whether it was an event.
    fn take_line(&mut self, line: &[u8]) -> Result<bool, ReadError> {
        let Some(line) = Line::parse(line) else {
            return Ok(false);
        };
        if line.v != VERSION {
            self.seen = Some(line.v);
            self.run.damage.other_versions += 1;
            self.gap = Some(self.run.events.len());
            return Ok(true);
        }
        let Some(kind) = line.kind() else {
            return Ok(false);
        };
        let mut on = None;
        if kind == Kind::Run {
            if *self.boot.get_or_insert_with(|| line.on.to_string()) != *line.on {
                return Err(ReadError::TwoBoots);
            }
            self.run.program = line.what.to_string();
            self.run.found = line.say.to_string();
        } else if !line.on.is_empty() {
            on = Some(self.thing(&line, kind));
        }
        let lane = self.lane(&line, kind);
        if !line.inside.is_empty() {
            self.run.lanes[lane].of = line.inside.to_string();
        }
        self.causes.push(line.cause());
        self.run.events.push(Event {
            t: line.t,
            id: line.id(),
            kind,
            lane,
            on,
            what: line.what.into(),
            say: line.say.into(),
            cause: None,
            is_cause_lost: false,
        });
        Ok(true)
    }

    fn thing(&mut self, line: &Line<'_>, kind: Kind) -> usize {
        let name = &*line.on;
        let class = match kind {
            Kind::Send | Kind::Recv | Kind::Close | Kind::Eof => Class::Channel,
            Kind::Wait | Kind::WaitLimit | Kind::GiveUp | Kind::Acquire | Kind::Release => {
                Class::Lock
            }
            Kind::Set => Class::Value,
            _ => Class::Work,
        };
        let things = &mut self.run.things;
        if let Some(&index) = self.things.get(name) {
            things[index].class = things[index].class.max(class);
            return index;
        }
        self.things.insert(name.into(), things.len());
        things.push(Thing {
            name: name.to_owned(),
            class,
            of: line.of.to_string(),
            room: (line.room > 0).then_some(line.room as usize),
            events: Vec::new(),
        });
        things.len() - 1
    }

    fn lane(&mut self, line: &Line<'_>, kind: Kind) -> usize {
        let key = (line.pid, line.tid, line.task, Box::from(&*line.lane));
        let lanes = &mut self.run.lanes;
        let entry = self.lanes.entry(key);
        if let Entry::Occupied(known) = &entry
            && kind != Kind::Start
        {
            return *known.get();
        }
        // A second lane that starts with the same name on the same thread is another lane.
        let role = match (self.pids.insert(line.pid), self.tids.insert(line.tid)) {
            (true, _) => Role::Process,
            (false, true) => Role::Thread,
            (false, false) => Role::Task,
        };
        lanes.push(Lane {
            name: line.lane.to_string(),
            called: line.lane.to_string(),
            pid: line.pid,
            tid: line.tid,
            role,
            of: String::new(),
            parent: None,
            events: Vec::new(),
            end: End::Unknown,
        });
        entry.insert_entry(lanes.len() - 1);
        lanes.len() - 1
    }
}

/// Skips zeros, not many more than `most`, and returns their number. A long log has a hole where
/// its middle was left out.
fn skip_hole<L: BufRead>(log: &mut L, jump: Jump<L>, most: u64) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let bytes = log.fill_buf()?;
        let zeros = count_zeros(bytes);
        let is_all = zeros == bytes.len();
        log.consume(zeros);
        skipped += zeros as u64;
        if zeros == 0 || !is_all || skipped >= most {
            return Ok(skipped);
        }
        skipped += jump(log)?;
    }
}

/// Counts the zeros at the beginning. Works in blocks: byte by byte, a long hole would take a minute.
fn count_zeros(bytes: &[u8]) -> usize {
    const BLOCK: [u8; 4096] = [0; 4096];
    let blocks = bytes.chunks_exact(BLOCK.len());
    let whole = blocks.take_while(|block| **block == BLOCK).count() * BLOCK.len();
    let rest = bytes[whole..].iter();
    whole + rest.take_while(|byte| **byte == 0).count()
}

/// Moves to the end of the hole at the current position, if the system knows it without reading,
/// and returns its length. The buffer is empty when it is called.
type Jump<L> = fn(&mut L) -> io::Result<u64>;

/// The jump in a file. A pipe and some file systems do not support it, and then all zeros are read.
///
/// Source: lseek(2), `SEEK_DATA`.
fn jump(log: &mut BufReader<File>) -> io::Result<u64> {
    let Ok(from) = log.stream_position() else {
        return Ok(0);
    };
    let to = match lseek(log.get_ref(), from.cast_signed(), Whence::SeekData) {
        Ok(data) => log.seek(SeekFrom::Start(data.cast_unsigned()))?,
        // After this position there is nothing but the hole.
        Err(Errno::ENXIO) => log.seek(SeekFrom::End(0))?,
        Err(_) => from,
    };
    Ok(to.saturating_sub(from))
}

/// The first event is the first line of a log. If it is not within this many bytes, the file is not
/// a log; it may be endless, like a terminal or /dev/zero.
const MOST_BEFORE_FIRST_BYTES: u64 = 1 << 20;

/// Longer than any line of a log, and short enough to keep in memory.
const LONGEST_LINE_BYTES: u64 = 1 << 16;
