//! 1.4 again, on mmap(2), fork(2) and the mutex of pthreads: what the types do for `main.rs`.
//!
//! Missing here is the protection of `Value` and `Array`: any code can use the numbers without the
//! lock, each block of `unsafe` has to be right by itself, an owner's death is only an error code
//! of the next `lock`, and a waiter that is woken and then killed before it has the mutex can leave
//! the other waiters asleep. Next: `src/tiny.rs`, the lock itself.

use std::cell::UnsafeCell;
use std::io;
use std::mem::{MaybeUninit, size_of};
use std::num::NonZeroUsize;
use std::process::ExitCode;

use common::{pid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::{Exit, Fork, exit_now, fork, wait};
use nix::libc;
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous, munmap};

const CHILDREN: usize = 4;
const TIMES: usize = 20_000;

/// The content of the mapping, zero at first. `UnsafeCell`: it may change behind a `&Memory`.
#[repr(C)]
struct Memory {
    mutex: UnsafeCell<libc::pthread_mutex_t>,
    number: UnsafeCell<usize>,
    counts: UnsafeCell<[usize; CHILDREN]>,
}

fn main() -> ExitCode {
    let about = "1.4 Value and Array on mmap(2), fork(2) and a robust mutex of pthreads";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let len_bytes = NonZeroUsize::new(size_of::<Memory>()).ok_or("no bytes")?;
    let (rights, shared) = (
        ProtFlags::PROT_READ | ProtFlags::PROT_WRITE,
        MapFlags::MAP_SHARED, // fork does not copy it; `MAP_PRIVATE` would be copied
    );
    // SAFETY: the kernel chooses the place, so nothing is mapped over.
    let start = unsafe { mmap_anonymous(None, len_bytes, rights, shared) }?;
    // SAFETY: a page is aligned and large enough; zeros are a number, an array, and room for a mutex.
    let memory: &Memory = unsafe { start.cast().as_ref() };
    init(memory)?;
    let mut children = Vec::new();
    for index in 0..CHILDREN {
        match fork(&format!("adder {index}"))? {
            Fork::Parent { child } => children.push(child),
            Fork::Child => exit_now(i32::from(add(memory, index).is_err())),
        }
    }
    let mut ended = Ok(());
    for child in children {
        match wait(child)? {
            Exit::Code(0) => {}
            exit => ended = Err(format!("child process {child}: {exit}").into()),
        }
    }
    // SAFETY: the children have ended, so no other process uses the memory.
    let number = unsafe { *memory.number.get() };
    // SAFETY: as above, for the counts.
    let counts = unsafe { *memory.counts.get() };
    say!("Number:{number}, counts:{counts:?}");
    // SAFETY: mapped above, and not used any more.
    unsafe { munmap(start, len_bytes.get()) }?;
    ended
}

fn init(memory: &Memory) -> io::Result<()> {
    let mut attributes = MaybeUninit::uninit();
    let attributes = attributes.as_mut_ptr();
    // SAFETY: makes the attributes in a place of their size.
    check(unsafe { libc::pthread_mutexattr_init(attributes) })?;
    let (shared, robust) = (libc::PTHREAD_PROCESS_SHARED, libc::PTHREAD_MUTEX_ROBUST);
    // SAFETY: made above. Shared: by processes, and not only by threads of one.
    check(unsafe { libc::pthread_mutexattr_setpshared(attributes, shared) })?;
    // SAFETY: made above. Robust: when the owner dies, the next lock returns EOWNERDEAD.
    check(unsafe { libc::pthread_mutexattr_setrobust(attributes, robust) })?;
    // SAFETY: no other code uses the place yet, and the mutex stays where it is.
    check(unsafe { libc::pthread_mutex_init(memory.mutex.get(), attributes) })
}

/// The work of each child.
fn add(memory: &Memory, child: usize) -> io::Result<()> {
    say!("Process ({}) adds {TIMES} times...", pid());
    for _ in 0..TIMES {
        // SAFETY: only the process that holds the mutex uses the number.
        locked(memory, || unsafe { *memory.number.get() += 1 })?;
    }
    // SAFETY: as above, for the counts.
    locked(memory, || unsafe { (*memory.counts.get())[child] = TIMES })?;
    say!("Process ({}) is done.", pid());
    Ok(())
}

fn locked(memory: &Memory, change: impl FnOnce()) -> io::Result<()> {
    // SAFETY: made by `init`. After EOWNERDEAD (the owner has died) this process holds the mutex;
    // it ends, as after any error. To go on, it would have to correct the numbers, and call
    // pthread_mutex_consistent and unlock.
    check(unsafe { libc::pthread_mutex_lock(memory.mutex.get()) })?;
    change();
    // SAFETY: locked above, by this thread.
    check(unsafe { libc::pthread_mutex_unlock(memory.mutex.get()) })
}

fn check(code: libc::c_int) -> io::Result<()> {
    match code {
        0 => Ok(()),
        code => Err(io::Error::from_raw_os_error(code)),
    }
}
