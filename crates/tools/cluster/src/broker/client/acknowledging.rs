//! How much of the log a client has read, and how much it has acknowledged.

use std::cell::Cell;
use std::time::Duration;

use lapin::Channel;
use lapin::options::BasicAckOptions;
use smol::Timer;

use crate::broker::session::reason;

/// How long a delivery waits to be acknowledged. A broker ends the line of a consumer that acknowledges
/// nothing for its `consumer_timeout` (30 minutes unless set), even if nothing more arrives.
const IN_TIME: Duration = Duration::from_secs(10);

/// The tags of deliveries, which begin with 1.
pub(super) struct Acknowledging {
    channel: Channel,
    read: Cell<u64>,
    acknowledged: Cell<u64>,
}

impl Acknowledging {
    pub(super) fn on(channel: Channel) -> Self {
        let (read, acknowledged) = (Cell::new(0), Cell::new(0));
        Self {
            channel,
            read,
            acknowledged,
        }
    }

    /// Notes that a delivery was read, and acknowledges if `much` or more wait for that.
    pub(super) async fn note(&self, tag: u64, much: u64) -> Result<(), String> {
        self.read.set(tag);
        match tag - self.acknowledged.get() >= much {
            true => self.acknowledge().await,
            false => Ok(()),
        }
    }

    async fn acknowledge(&self) -> Result<(), String> {
        let tag = self.read.get();
        if self.acknowledged.replace(tag) == tag {
            return Ok(());
        }
        let all = BasicAckOptions { multiple: true };
        let acknowledged = self.channel.basic_ack(tag, all).await;
        acknowledged.map_err(|error| reason(&error))
    }

    /// Acknowledges what was read, from time to time.
    pub(super) async fn acknowledge_in_time(&self) -> Result<(), String> {
        loop {
            Timer::after(IN_TIME).await;
            self.acknowledge().await?;
        }
    }
}
