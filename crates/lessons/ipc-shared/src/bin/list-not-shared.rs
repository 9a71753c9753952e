//! Mistake B26: an ordinary list is copied by `fork`, and not shared.
//!
//! The child doubles its own copy; the parent's list stays as it was. Right: the Array beside it.

use std::process::ExitCode;

use common::say;
use ipc_shared::{Array, LockError};
use lesson::{Lesson, StoryResult};
use multiprocess::Process;

fn main() -> ExitCode {
    let about = "1.4 Mistake B26: a child doubles a list, and the parent sees nothing";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let list = vec![1, 2, 3];
    let array = Array::from_slice(&list)?;
    let (mut childs_list, childs_array) = (list.clone(), array.clone());
    let child = Process::start("doubler", move || {
        double(&mut childs_list);
        say!("In the child:  list {childs_list:?}");
        let mut array = childs_array.lock()?;
        double(&mut array);
        say!("In the child:  array {:?}", &*array);
        Ok::<(), LockError>(())
    })?;
    child.join()?;
    say!("In the parent: list {list:?}");
    say!("In the parent: array {:?}", array.to_vec()?);
    Ok(())
}

fn double(numbers: &mut [i32]) {
    for number in numbers {
        *number *= 2;
    }
}
