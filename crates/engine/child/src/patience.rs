//! How long a call may wait.

use std::time::{Duration, Instant};

/// How long a call may wait.
#[derive(Debug, Clone, Copy)]
pub enum Patience {
    /// Not at all.
    None,
    /// Until this moment.
    Until(Instant),
    /// Without a limit of time.
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

    /// The moment at which the wait is over; `None` when there is none.
    #[must_use]
    pub fn deadline(self) -> Option<Instant> {
        match self {
            Self::None => Some(Instant::now()),
            Self::Until(deadline) => Some(deadline),
            Self::Forever => None,
        }
    }

    /// Whether there is no more time.
    #[must_use]
    pub fn is_over(self) -> bool {
        self.deadline()
            .is_some_and(|deadline| deadline <= Instant::now())
    }
}
