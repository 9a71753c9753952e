//! Mistake B26: an ordinary list is copied by `fork`, and not shared.
//!
//! In one process, both handles of the `Rc` would be the same list. But `fork` copies the memory: the
//! child doubles its own copy, and the parent's list stays as it was. Right: the Array beside it.

use std::cell::RefCell;
use std::process::ExitCode;
use std::rc::Rc;

use common::say;
use ipc_shared::{Array, LockError};
use lesson::{Lesson, StoryResult};
use multiprocess::Process;

fn main() -> ExitCode {
    let about = "1.4 Mistake B26: a child doubles a list, and the parent sees nothing";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let list = Rc::new(RefCell::new(vec![1, 2, 3]));
    let array = Array::from_slice(&list.borrow())?;
    let (childs_list, childs_array) = (Rc::clone(&list), array.clone());
    let child = Process::start("doubler", move || {
        double(&mut childs_list.borrow_mut());
        say!("In the child:  list {:?}", childs_list.borrow());
        let mut array = childs_array.lock()?;
        double(&mut array);
        say!("In the child:  array {:?}", &*array);
        Ok::<(), LockError>(())
    })?;
    child.join()?;
    say!("In the parent: list {:?}", list.borrow());
    say!("In the parent: array {:?}", array.to_vec()?);
    Ok(())
}

fn double(numbers: &mut [i32]) {
    for number in numbers {
        *number *= 2;
    }
}
