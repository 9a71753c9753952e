//! How long a call may wait.

use std::time::{Duration, Instant};

/// How long a call may wait.
#[derive(Debug, Clone, Copy)]
pub enum Patience {
    /// The call must not wait.
    None,
    /// Until this time.
    Until(Instant),
    /// Without a time limit.
    Forever,
}

impl Patience {
    /// Up to `limit` from now.
    #[must_use]
    pub fn up_to(limit: Duration) -> Self {
        Instant::now()
            .checked_add(limit)
            .map_or(Self::Forever, Self::Until)
    }

    /// The time at which the wait is over; `None` if it has no limit.
    #[must_use]
    pub fn deadline(self) -> Option<Instant> {
        match self {
            Self::None => Some(Instant::now()),
            Self::Until(deadline) => Some(deadline),
            Self::Forever => None,
        }
    }

    /// Whether the time is over.
    #[must_use]
    pub fn is_over(self) -> bool {
        self.deadline()
            .is_some_and(|deadline| deadline <= Instant::now())
    }
}
