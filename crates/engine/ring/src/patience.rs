//! How long a call may wait.

use std::time::{Duration, Instant};

/// How long a call may wait.
#[derive(Debug, Clone, Copy)]
pub enum Patience {
    /// Not at all.
    None,
    /// Until then.
    Until(Instant),
    /// For as long as the other side lives.
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

    pub(crate) fn deadline(self) -> Option<Instant> {
        match self {
            Self::None => Some(Instant::now()),
            Self::Until(deadline) => Some(deadline),
            Self::Forever => None,
        }
    }

    pub(crate) fn is_over(self) -> bool {
        self.deadline()
            .is_some_and(|deadline| deadline <= Instant::now())
    }
}
