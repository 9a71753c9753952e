//! Creates the queues of a cluster, once.

use std::time::Duration;

use lapin::ExchangeKind;
use lapin::options::ExchangeDeclareOptions;
use lapin::types::FieldTable;
use smol::Timer;

use super::address::Address;
use super::queues::Wanted;
use super::session::{ANSWER_LIMIT, Session, declare, within};
use crate::peer::ConnectError;

/// Some servers (such as 3.10) can lose a queue, with its messages, if they die within moments of
/// creating it.
const YOUNG: Duration = Duration::from_secs(2);

/// Creates the queues that are missing, and waits until they are safe.
pub(crate) fn make(address: &Address, wanted: &Wanted) -> Result<(), ConnectError> {
    smol::block_on(async {
        let session = Session::open(address).await?;
        let is_there = session.check().await.is_ok();
        session.make(wanted).await?;
        if !is_there {
            Timer::after(YOUNG).await;
        }
        session.close().await;
        Ok(())
    })
}

impl Session {
    async fn make(&self, wanted: &Wanted) -> Result<(), ConnectError> {
        let all = async {
            let channel = self.connection.create_channel().await?;
            for (queue, arguments) in self.queues.arguments(wanted) {
                declare(&channel, queue, arguments).await?;
            }
            let durable = ExchangeDeclareOptions {
                durable: true,
                ..ExchangeDeclareOptions::default()
            };
            let (exchange, none) = (self.queues.roll_call.clone(), FieldTable::default());
            channel
                .exchange_declare(exchange.into(), ExchangeKind::Fanout, durable, none)
                .await
        };
        within(ANSWER_LIMIT, all).await.map_err(|why| {
            ConnectError::Refused(format!(
                "cannot make the queues at {}: {why}; if they are there with other settings, give \
                 those, delete them, or take other names (--queues NAME)",
                self.shown
            ))
        })
    }
}
