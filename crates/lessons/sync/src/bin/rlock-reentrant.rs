//! What an RLock is for: a method that locks calls another one that locks. An RLock lets its owner
//! in again, a Lock does not. For the notes' program a Lock would be enough (B36).

use std::cell::Cell;
use std::process::ExitCode;

use common::{say, thread_name};
use lesson::{Lesson, StoryResult};
use sync::{Lock, RLock};
use threads::{StartError, scope};

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.2 RLock: its owner may take it again, the owner of a Lock may not",
    )
    .run(story)
}

fn story() -> StoryResult {
    let account = Account {
        balance: RLock::named("account", Cell::new(0)),
    };
    scope(|scope| {
        scope.start("Thread_1", || account.deposit_twice(10))?;
        scope.start("Thread_2", || account.deposit_twice(1))?;
        Ok::<(), StartError>(())
    })?;
    say!("Balance:{}", account.balance.lock().get());

    let lock = Lock::new(());
    let _held = lock.lock();
    let again = lock.try_lock().map_or("no", |_guard| "yes");
    say!("A Lock, taken again by its owner: {again}.");
    Ok(())
}

struct Account {
    balance: RLock<Cell<u32>>,
}

impl Account {
    /// Holds the lock over both deposits, so that no other thread sees the account in between.
    fn deposit_twice(&self, amount: u32) {
        let _both = self.balance.lock();
        self.deposit(amount);
        self.deposit(amount);
    }

    /// Locks too, since it may also be called alone.
    fn deposit(&self, amount: u32) {
        let balance = self.balance.lock();
        balance.set(balance.get() + amount);
        say!("{} deposited {amount}: {}", thread_name(), balance.get());
    }
}
