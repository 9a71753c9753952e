//! A value whose owner is killed in the middle of a change.
//!
//! A child moves 100 from one account to the other, in two steps, and is killed between them. In
//! Python every process that then locks the value waits forever. Here the next one gets an error,
//! because the change may be half-done, and takes the lock with `recover` to correct it.

use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{Message, pid, say};
use ipc_shared::{LockError, Value};
use lesson::{Lesson, Operands, StoryResult, WrongOperand, number};
use multiprocess::{Process, StartError};
use nix::sys::signal::{Signal, raise};

/// Two accounts, which have the same sum before and after each change.
type Accounts = Value<[u32; 2]>;

fn main() -> ExitCode {
    let about = "1.4 Value: its owner is killed half-way through a change, and the next is told";
    let numbers = Operands {
        name: "TOTAL AMOUNT MENDERS OTHERS SECOND HOLDERS",
        help: "what is there, what is moved, how many put it right, how many look, what is in the second, how many hold it first (1000 100 1 0 0 0)",
        most: 6,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(numbers, story)
}

fn story(words: Vec<String>) -> StoryResult {
    let total = number(words.first(), 1000, u32::MAX)?;
    let second = number(words.get(4), 0, total)?;
    let first = total - second;
    let amount = number(words.get(1), first.min(100), first)?;
    let menders = number(words.get(2), 1, 100)?;
    let others = number(words.get(3), 0, 100)?;
    let holders = number(words.get(5), 0, 100)?;
    if menders == 0 && others > 0 {
        let why = "OTHERS wait until it is put right: there has to be one of the MENDERS";
        return Err(WrongOperand(why.to_owned()).into());
    }
    let accounts = Value::new([first, second])?;
    let childs = accounts.clone();
    let child = Process::start("owner", move || move_half(&childs, amount))?;
    if let Err(error) = child.join() {
        say!("{error}");
    }
    if let Err(error) = accounts.lock() {
        say!("Process ({}): {error}", pid());
    }
    let others = start(others, "other", &accounts, first_seen)?;
    let menders = start(menders, "mender", &accounts, move |it| put_right(it, total))?;
    for mender in menders {
        if let Some([one, other]) = mender.join()? {
            say!("Found {one} + {other}, which is not {total}.");
        }
    }
    for process in others {
        let [one, other] = process.join()?;
        say!("Another process sees {one} + {other}.");
    }
    for holder in start(holders, "holder", &accounts, move |it| refused(it, total))? {
        let error = holder.join()?;
        say!("A process that holds the lock gets: {error}");
    }
    let [one, other] = accounts.get()?;
    say!("Total:{} of {one} + {other}", one + other);
    Ok(())
}

/// Starts `count` children that each call `act` with the accounts.
fn start<T: Message>(
    count: u32,
    name: &str,
    accounts: &Accounts,
    act: impl Fn(&Accounts) -> Result<T, LockError> + Copy + 'static,
) -> Result<Vec<Process<T>>, StartError> {
    let start = |number| {
        let accounts = accounts.clone();
        Process::start(format!("{name} {number}"), move || act(&accounts))
    };
    (1..=count).map(start).collect()
}

/// Takes the amount from the first account, and is killed before adding it to the other.
fn move_half(accounts: &Accounts, amount: u32) -> Result<(), LockError> {
    let mut held = accounts.lock()?;
    held[0] -= amount;
    say!("Process ({}) has taken {amount}, and is killed.", pid());
    // A raise of SIGKILL does not return.
    let _never_returns = raise(Signal::SIGKILL);
    held[1] += amount;
    Ok(())
}

/// If the last owner of the accounts' lock has died, checks whether they have this total. If not, adds
/// the missing amount to the second one, and returns the accounts as it found them. No process can
/// take the lock with [`Value::lock`] before they are right; of several that call this at the same
/// time, one finds something missing.
///
/// # Errors
/// [`LockError::AlreadyHeld`].
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let mut held = accounts.recover()?;
    let found = *held;
    let missing = total - found[0] - found[1];
    if missing == 0 {
        return Ok(None);
    }
    held[1] += missing;
    Ok(Some(found))
}

/// Calls [`put_right`] while this process holds the lock, and returns the text of its error.
fn refused(accounts: &Accounts, total: u32) -> Result<String, LockError> {
    let _held = accounts.lock()?;
    let result = put_right(accounts, total);
    Ok(result.map_or_else(|error| error.to_string(), |_| "no error".to_owned()))
}

/// Returns the accounts as they are when their lock can be taken again.
fn first_seen(accounts: &Accounts) -> Result<[u32; 2], LockError> {
    loop {
        match accounts.lock() {
            Ok(held) => return Ok(*held),
            Err(LockError::Poisoned) => sleep(Duration::from_micros(100)),
            Err(error) => return Err(error),
        }
    }
}
