//! Mistake B46: a plain queue over TCP, as the usual Python program has it. A worker owns the task
//! that it takes. When it dies, no other process knows of that task any more.
//!
//! See: three tasks, two results, exit code 0. Right: `worker-dies`, where a task is only lent.

use std::collections::VecDeque;
use std::io::Write;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{decode, encode, frame, pid, say};
use lesson::{Lesson, Operands, StoryResult, WrongOperand, number};
use multiprocess::{Process, ProcessError, exit_now};

const WORK: Duration = Duration::from_millis(50);
/// How long a slow worker takes before it asks for its first task.
const SLOW: Duration = Duration::from_millis(300);

fn main() -> ExitCode {
    let about = "4 Mistake B46: a worker dies and takes its task with it";
    let words = Operands {
        name: "COUNT DEATH...",
        help: "how many tasks; where each worker dies: first, cut, before:1, in:1, half:1, never, slow, parts, off:1 or same:7 (3 in:1 never)",
        most: 100,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(words, story)
}

fn story(words: Vec<String>) -> StoryResult {
    let words = match words.is_empty() {
        true => ["3", "in:1", "never"].map(str::to_owned).to_vec(),
        false => words,
    };
    let count: u16 = number(words.first(), 0, 1000)?;
    let deaths = words[1..].iter().map(|word| Death::parse(word));
    let deaths: Vec<Death> = deaths.collect::<Result<_, _>>().map_err(WrongOperand)?;
    let mut tasks: VecDeque<u32> = (0..count.into()).collect();
    let mut results = Vec::new();
    for (number, death) in (1..).zip(deaths) {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        // Connected here, so that there is one to accept, even if the worker has died.
        let stream = TcpStream::connect(listener.local_addr()?)?;
        let worker = Process::start(format!("Worker_{number}"), move || {
            run_worker(&stream, death)
        })?;
        let (stream, _) = listener.accept()?;
        if death == Death::Cut {
            stream.shutdown(Shutdown::Write)?;
        }
        serve(&stream, &mut tasks, &mut results)?;
        drop(stream);
        // Python's program ignores how a worker that dies has ended. A worker that was not to die
        // fails if its connection ended before it received `None`.
        let ended = worker.join();
        if let Err(error @ ProcessError::Failed { .. }) = ended
            && death.is_never()
        {
            return Err(error.into());
        }
    }
    let (done, left) = (results.len(), tasks.len());
    let lost = i64::from(count) - i64::try_from(done + left)?;
    say!("Results: {results:?}");
    say!("{count} tasks, {done} results, {left} left: {lost} lost.");
    Ok(())
}

/// Sends one worker a task for each of its requests, or `None` when none is left, until its
/// connection ends, however it ends. Each request has the result of the worker's previous task, if
/// there was one.
fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    while let Some(request) = frame::read(stream, 64)? {
        results.extend(decode::<Option<u32>>(&request)?);
        // The mistake: from here on only the worker has the task.
        frame::write(stream, &encode(&tasks.pop_front())?)?;
    }
    Ok(())
}

/// Where a worker dies; it counts its tasks from 1.
#[derive(Clone, Copy, PartialEq)]
enum Death {
    /// Before it has asked for its first task.
    First,
    /// When this task has arrived, before the worker has read it.
    Before(u32),
    /// In the middle of this task.
    In(u32),
    /// When it has sent half of the result of this task.
    Half(u32),
    /// When it has asked for its first task, which can no longer be sent to it.
    Cut,
    Never,
    /// Never, but it takes a while before it asks for its first task.
    Slow,
    /// Never, but each of its messages comes in two parts, with a pause between them.
    Parts,
    /// Never, but each of its results is too large by this number.
    Off(u32),
    /// Never, but each of its results is this number.
    Same(u32),
}

impl Death {
    fn is_never(self) -> bool {
        matches!(
            self,
            Self::Never | Self::Slow | Self::Parts | Self::Off(_) | Self::Same(_)
        )
    }

    /// What such a worker sends as the result of this task.
    fn result(self, task: u32) -> u32 {
        match self {
            Self::Off(by) => task * task + by,
            Self::Same(number) => number,
            _ => task * task,
        }
    }

    fn parse(word: &str) -> Result<Self, String> {
        let (kind, number) = word.split_once(':').unwrap_or((word, "1"));
        match (kind, number.parse()) {
            ("before", Ok(number)) => Ok(Self::Before(number)),
            ("in", Ok(number)) => Ok(Self::In(number)),
            ("half", Ok(number)) => Ok(Self::Half(number)),
            // A result fits into 32 bits with it.
            ("off", Ok(number @ ..1_000_000)) => Ok(Self::Off(number)),
            ("same", Ok(number)) => Ok(Self::Same(number)),
            ("first", _) => Ok(Self::First),
            ("cut", _) => Ok(Self::Cut),
            ("never", _) => Ok(Self::Never),
            ("slow", _) => Ok(Self::Slow),
            ("parts", _) => Ok(Self::Parts),
            _ => Err(format!(
                "'{word}' is not first, cut, before:1, in:1, half:1, never, slow, parts, off:1 or same:7"
            )),
        }
    }
}

/// Asks for tasks and does them, until there are none.
fn run_worker(mut stream: &TcpStream, death: Death) -> StoryResult {
    if death == Death::First {
        die();
    }
    if death == Death::Slow {
        say!("Worker ({}) takes its time.", pid());
        sleep(SLOW);
    }
    let mut result: Option<u32> = None;
    for number in 1.. {
        let mut request = Vec::new();
        frame::write(&mut request, &encode(&result)?)?;
        let half = request.len() / 2;
        if death == Death::Half(number - 1) {
            stream.write_all(&request[..half])?;
            die();
        }
        if death == Death::Parts {
            stream.write_all(&request[..half])?;
            sleep(WORK);
            request.drain(..half);
        }
        stream.write_all(&request)?;
        if death == Death::Before(number) {
            // Waits until the answer has come, and leaves it unread.
            stream.peek(&mut [0])?;
            die();
        }
        let answer = frame::read(stream, 64)?.ok_or("disconnected")?;
        let Some(task) = decode::<Option<u32>>(&answer)? else {
            break;
        };
        say!("Worker ({}) task {task}: {task} * {task}", pid());
        if death == Death::In(number) {
            die();
        }
        sleep(WORK);
        result = Some(death.result(task));
    }
    Ok(())
}

fn die() -> ! {
    say!("Worker ({}) dies.", pid());
    exit_now(1)
}
