//! The name of a lock, and what is recorded of it.

use std::borrow::Cow;
// Straight from std, whoever explores the schedules: no lock waits for what stands here.
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, OnceLock};

use common::{EventId, Kind, own_name};

use crate::primitives::{Ordering, PoisonError, is_recording, is_watched, record};

/// Records what happens to one lock. Of a run without a recorder it asks a branch: no name is made,
/// no memory taken, no lock touched.
#[derive(Debug)]
pub(crate) struct Trace {
    kind: &'static str,
    name: OnceLock<Cow<'static, str>>,
    /// The last release, which is the cause of the next acquire. Touched only while recording.
    released: Mutex<EventId>,
}

impl Trace {
    /// Of a thing without a name: it is called by its kind and a number, such as `lock 1`, in
    /// the order in which such things are first used.
    pub(crate) const fn new(kind: &'static str) -> Self {
        Self {
            kind,
            name: OnceLock::new(),
            released: Mutex::new(EventId::NONE),
        }
    }

    pub(crate) fn named(name: Cow<'static, str>) -> Self {
        Self {
            name: OnceLock::from(name),
            ..Self::new("")
        }
    }

    pub(crate) fn name(&self) -> &str {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        self.name.get_or_init(|| {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            format!("{} {number}", self.kind).into()
        })
    }

    /// A wait may begin now.
    #[inline]
    pub(crate) fn waits(&self) {
        self.happened(Kind::Wait);
    }

    /// A wait with a limit may begin now.
    pub(crate) fn waits_to_a_limit(&self) {
        self.happened(Kind::WaitLimit);
    }

    /// The wait has come to its limit.
    pub(crate) fn gives_up(&self) {
        self.happened(Kind::GiveUp);
    }

    /// It was taken. Called after the act, by the new owner.
    #[inline]
    pub(crate) fn acquired(&self) {
        self.happened(Kind::Acquire);
    }

    /// It will be given back. Called before the act: once it is free, the next owner may be
    /// there, and would look for the cause of its luck in vain.
    #[inline]
    pub(crate) fn releases(&self) {
        self.happened(Kind::Release);
    }

    /// Something has changed that others may wait for.
    pub(crate) fn changes(&self) {
        self.happened(Kind::Set);
    }

    #[inline]
    fn happened(&self, kind: Kind) {
        if is_watched() {
            self.write_down(kind);
        }
    }

    /// An acquire is caused by the release before it.
    #[cold]
    fn write_down(&self, kind: Kind) {
        if !is_recording() {
            // Not for nothing: it is where `--chaos` disturbs.
            record(kind, "", format_args!(""), EventId::NONE);
            return;
        }
        let released = || self.released.lock().unwrap_or_else(PoisonError::into_inner);
        let cause = match kind {
            Kind::Acquire => *released(),
            _ => EventId::NONE,
        };
        // A child process has a copy of this lock, which keeps nobody out of its parent's.
        let event = record(kind, &own_name(self.name()), format_args!(""), cause);
        if matches!(kind, Kind::Release) {
            *released() = event;
        }
    }
}

/// Records the release of a lock when it is dropped.
#[derive(Debug)]
pub(crate) struct ReleasesOnDrop<'a>(pub(crate) &'a Trace);

impl Drop for ReleasesOnDrop<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.releases();
    }
}
