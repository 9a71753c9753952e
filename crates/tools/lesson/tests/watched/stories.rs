//! The stories that the runs execute.

use std::io::Write;
use std::process::{Command, ExitCode};
use std::time::Duration;
use std::{fs, io, thread};

use common::{EventId, Kind, Lane, Trace, life, pause, record, say};
use lesson::{Lesson, StoryResult};
use nix::libc;
use nix::sys::signal::{SigSet, Signal, kill, killpg};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, fork, getpgrp, getppid};

pub(crate) fn run(story: &str) -> ExitCode {
    let body = match story {
        "leaves a process" => leaves_a_process,
        "leaves a parent that waits" => leaves_a_parent_that_waits,
        "hangs with a process" => hangs_with_a_process,
        "hangs with a process whose name is no text" => hangs_with_a_process_whose_name_is_no_text,
        "leaves a process that hops" => leaves_a_process_that_hops,
        "waits by a bare call" => || starts_a_child(true),
        "does not wait" => || starts_a_child(false),
        "hangs at full pipes" => || hangs_at_full_pipes(false),
        "works beside full pipes" => || hangs_at_full_pipes(true),
        "holds an end" => holds_an_end,
        "ends a process late" => ends_a_process_late,
        "is interrupted" => is_interrupted,
        "is quit" => is_quit,
        "stops its keeper" => stops_its_keeper,
        "loses its keeper" => || bereaved(getppid()),
        "loses its watcher" => || bereaved(parent_of(getppid())),
        "loses a message" => loses_a_message,
        "is given a wrong word" => || Err(lesson::WrongOperand("no".to_owned()).into()),
        "fails" => || Err("as it should".into()),
        "has the mask of its program" => has_the_mask,
        "interrupts the watcher" => interrupts_the_watcher,
        "loses its terminal" => loses_its_terminal,
        "leaves a log that is long to read" => leaves_a_log_that_is_long_to_read,
        "waits for the end of its input" => waits_for_the_end_of_its_input,
        "prints" => prints,
        "prints on one lane" => prints_on_one_lane,
        "prints lines that look alike" => prints_lines_that_look_alike,
        "has hostile names" => has_hostile_names,
        "is long" => is_long,
        "has an inner lane" => has_an_inner_lane,
        _ => || Ok(()),
    };
    Lesson::new("lesson", "watched", "a test").run(body)
}

/// Starts a process that would live for a quarter of an hour, in a session of its own.
fn start_a_process() -> StoryResult {
    let sleeper = Command::new("setsid").args(["sleep", "900"]).spawn()?;
    let name = format!("/proc/{}/comm", sleeper.id());
    lesson_test::until("it sleeps", || {
        fs::read_to_string(&name).is_ok_and(|name| name == "sleep\n")
    });
    say!("Started.");
    Ok(())
}

fn leaves_a_process() -> StoryResult {
    start_a_process()
}

fn hangs_with_a_process() -> StoryResult {
    start_a_process()?;
    thread::sleep(Duration::from_secs(900));
    Ok(())
}

/// The shell gives itself the name, and stays the parent of a process with a usual one.
fn hangs_with_a_process_whose_name_is_no_text() -> StoryResult {
    let script = r"printf '\377' >/proc/$$/comm; sleep 900; :";
    let shell = Command::new("sh").args(["-c", script]).spawn()?;
    let name = format!("/proc/{}/comm", shell.id());
    lesson_test::until("it has its name", || {
        fs::read(&name).is_ok_and(|name| name == b"\xff\n")
    });
    thread::sleep(Duration::from_secs(900));
    Ok(())
}

/// While the file `HOPS` exists, each process forks the next one and ends at once.
fn leaves_a_process_that_hops() -> StoryResult {
    let file = std::env::var("HOPS")?;
    // SAFETY: this process has one thread.
    if unsafe { fork() }?.is_child() {
        // SAFETY: so has each of these.
        while fs::exists(&file)? && unsafe { fork() }?.is_child() {}
        // SAFETY: nothing is left to be done at the end of these processes.
        unsafe { libc::_exit(0) }
    }
    Ok(())
}

/// Records a child, and, if the bare `waitpid` is called, not that it is waited for.
/// Forks a child that is recorded, and ends when `act` returns.
fn forks(name: &'static str, act: impl FnOnce()) -> io::Result<Pid> {
    let start = life::forks(name);
    // SAFETY: this process has one thread.
    let ForkResult::Parent { child } = (unsafe { fork() })? else {
        common::begin_child();
        common::lane::enter(name);
        life::starts(start);
        act();
        life::exits();
        // SAFETY: nothing is left to be done at the end of this process.
        unsafe { libc::_exit(0) }
    };
    Ok(child)
}

fn leaves_a_parent_that_waits() -> StoryResult {
    forks("parent", || {
        let sleeps = || thread::sleep(Duration::from_secs(900));
        let child = forks("grandchild", sleeps).unwrap();
        let _killed = waitpid(child, None);
    })?;
    Ok(())
}

fn starts_a_child(is_waited_for: bool) -> StoryResult {
    let child = forks("child", || ())?;
    if is_waited_for {
        waitpid(child, None)?;
    }
    Ok(())
}

/// In the log, two lanes wait for each other. Another thread may be at work, and records nothing.
fn hangs_at_full_pipes(has_other: bool) -> StoryResult {
    let fork = life::forks("other");
    if has_other {
        thread::spawn(|| while std::hint::black_box(true) {});
    }
    thread::spawn(move || {
        common::lane::enter("other");
        life::starts(fork);
        waits_for_room("its pipe");
    });
    waits_for_room("a pipe");
    Ok(())
}

fn waits_for_room(pipe: &str) {
    record(Kind::Send, pipe, format_args!("one"), EventId::NONE);
    record(Kind::Wait, pipe, format_args!("room"), EventId::NONE);
    loop {
        thread::park();
    }
}

/// Holds a sending end itself, so its reader never sees the end of the stream.
fn holds_an_end() -> StoryResult {
    let (reading_end, _writing_end) = io::pipe()?;
    Command::new("cat").stdin(reading_end).spawn()?.wait()?;
    Ok(())
}

fn ends_a_process_late() -> StoryResult {
    Command::new("sh")
        .args(["-c", "sleep 0.05 &"])
        .spawn()?
        .wait()?;
    Ok(())
}

fn waits_for_the_end_of_its_input() -> StoryResult {
    say!("begun");
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

/// Sends Ctrl-C, which it ignores itself, to its whole process group twice.
fn is_interrupted() -> StoryResult {
    SigSet::from(Signal::SIGINT).thread_block()?;
    start_a_process()?;
    killpg(getpgrp(), Signal::SIGINT)?;
    // A pending signal is not queued a second time, so its reader gets some time between the two.
    for _ in 0..100 {
        thread::sleep(Duration::from_millis(200));
        say!("Still there.");
        killpg(getpgrp(), Signal::SIGINT)?;
    }
    Ok(())
}

/// Sends Ctrl-\\, of which one is enough, to its process group.
fn is_quit() -> StoryResult {
    SigSet::from(Signal::SIGQUIT).thread_block()?;
    start_a_process()?;
    killpg(getpgrp(), Signal::SIGQUIT)?;
    thread::sleep(Duration::from_secs(900));
    Ok(())
}

fn stops_its_keeper() -> StoryResult {
    start_a_process()?;
    kill(getppid(), Signal::SIGSTOP)?;
    thread::sleep(Duration::from_secs(900));
    Ok(())
}

fn bereaved(of: Pid) -> StoryResult {
    start_a_process()?;
    kill(of, Signal::SIGKILL)?;
    thread::sleep(Duration::from_secs(900));
    Ok(())
}

fn parent_of(pid: Pid) -> Pid {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"));
    let parent = parent.and_then(|parent| parent.trim().parse().ok());
    Pid::from_raw(parent.unwrap_or(-1))
}

fn loses_a_message() -> StoryResult {
    record(Kind::Send, "pipe", format_args!("url_0"), EventId::NONE);
    Ok(())
}

/// Fails if a signal is blocked.
fn has_the_mask() -> StoryResult {
    let status = fs::read_to_string("/proc/self/status")?;
    let blocked = status.lines().find(|line| line.starts_with("SigBlk:"));
    match blocked {
        Some("SigBlk:\t0000000000000000") => Ok(()),
        _ => Err(format!("blocked: {blocked:?}").into()),
    }
}

/// Sends `SIGNAL` to the watcher from the third run on; the file `COUNT` counts the runs.
fn interrupts_the_watcher() -> StoryResult {
    let count = std::env::var("COUNT")?;
    let runs = fs::read(&count).unwrap_or_default().len();
    fs::write(&count, vec![b'.'; runs + 1])?;
    say!("Run {runs}.");
    if runs >= 2 {
        let signal: Signal = std::env::var("SIGNAL")?.parse()?;
        kill(parent_of(getppid()), signal)?;
        thread::sleep(Duration::from_secs(900));
    }
    Ok(())
}

/// Sends SIGHUP to the watcher, the keeper and this process, as a terminal does that is closed.
fn loses_its_terminal() -> StoryResult {
    for process in [parent_of(getppid()), getppid(), Pid::this()] {
        kill(process, Signal::SIGHUP)?;
    }
    thread::sleep(Duration::from_millis(300));
    say!("Still there.");
    Ok(())
}

/// Leaves a log of thirty million lines that are no events.
fn leaves_a_log_that_is_long_to_read() -> StoryResult {
    let words: Vec<_> = std::env::args().collect();
    let log = words
        .iter()
        .position(|word| word == "--record")
        .map(|at| &words[at + 1]);
    let mut log = fs::File::options()
        .append(true)
        .open(log.ok_or("there is no log")?)?;
    let lines = vec![b'x'; 1 << 20];
    let lines: Vec<u8> = lines.into_iter().flat_map(|byte| [byte, b'\n']).collect();
    for _ in 0..30 {
        log.write_all(&lines)?;
    }
    Ok(fs::write(std::env::var("MARK")?, "")?)
}

/// Prints three lines in each of two threads.
fn prints() -> StoryResult {
    in_two_lanes(["A", "B"], |lane, line| {
        format!("{lane} prints line {line}.")
    })
}

fn prints_on_one_lane() -> StoryResult {
    for line in 0..9 {
        say!("Line {line}.");
    }
    Ok(())
}

fn prints_lines_that_look_alike() -> StoryResult {
    in_two_lanes(["A", "A"], |_, line| match line {
        0..=6 => "All alike.".to_owned(),
        _ => format!("Line {line}."),
    })
}

fn has_hostile_names() -> StoryResult {
    record(
        Kind::Send,
        "pipe\x1b[2K",
        format_args!("\x1b[1A"),
        EventId::NONE,
    );
    in_two_lanes(["A\x1b[2K", "B\r"], |lane, line| {
        format!("{lane}\x1b[2K {line}")
    })
}

fn in_two_lanes(names: [&'static str; 2], line: fn(&str, usize) -> String) -> StoryResult {
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for name in names {
            let fork = record(Kind::Fork, "", format_args!("{name}"), EventId::NONE);
            let thread = scope.spawn(move || {
                common::lane::enter(name);
                record(Kind::Start, "", format_args!(""), fork);
                for number in 0..9 {
                    say!("{}", line(name, number));
                    pause(Duration::from_millis(1));
                }
                record(Kind::Exit, "", format_args!(""), EventId::NONE)
            });
            threads.push((name, thread));
        }
        for (name, thread) in threads {
            let exit = thread.join().unwrap_or(EventId::NONE);
            record(Kind::Join, "", format_args!("{name}"), exit);
        }
    });
    Ok(())
}

/// Starts a thread that belongs to a pool.
fn has_an_inner_lane() -> StoryResult {
    let pool = Trace::new("pool");
    pool.begins("work");
    let fork = life::forks("helper");
    let helper = Lane::new("helper");
    let exit = thread::scope(|scope| {
        let helps = || {
            let _none = common::lane::replace(helper);
            common::lane::belongs_to(pool.name());
            life::starts(fork);
            life::exits()
        };
        scope.spawn(helps).join().unwrap_or(EventId::NONE)
    });
    life::joins("helper", exit);
    pool.ends("work");
    Ok(())
}

/// Records as many events as the environment says, each with its number.
fn is_long() -> StoryResult {
    let events: u32 = std::env::var("EVENTS")?.parse()?;
    for number in 0..events {
        record(Kind::Set, "number", format_args!("{number}"), EventId::NONE);
    }
    Ok(())
}
