//! What another program can do with a broker's queues: count their messages, and make them.

use lapin::options::{QueueDeclareOptions, QueueDeleteOptions};
use lapin::types::FieldTable;
use lapin::{Channel, Connection, ConnectionProperties, Error};

use crate::harness::{Cluster, broker};

/// Does something on a connection of its own.
fn on_channel<T>(work: impl AsyncFnOnce(&Channel) -> Result<T, Error>) -> T {
    smol::block_on(async {
        let url = broker();
        let url = url.split(',').next().unwrap();
        let (properties, runtime) = (ConnectionProperties::default(), async_rs::Runtime::smol());
        let connection = Connection::connect_with_runtime(url, properties, runtime);
        let connection = connection.await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        let done = work(&channel).await.unwrap();
        connection.close(200, "done".into()).await.unwrap();
        done
    })
}

/// How many messages a queue of the cluster, or its log, has.
pub(crate) fn messages(cluster: &Cluster, part: &str) -> u32 {
    let name = format!("{}.{part}", cluster.address);
    on_channel(async |channel| {
        let passive = QueueDeclareOptions {
            passive: true,
            ..QueueDeclareOptions::default()
        };
        let declared = channel.queue_declare(name.into(), passive, FieldTable::default());
        Ok(declared.await?.message_count())
    })
}

/// Replaces a queue of the cluster by one without any settings.
pub(crate) fn replace(cluster: &Cluster, part: &str) {
    let name = format!("{}.{part}", cluster.address);
    on_channel(async |channel| {
        let (options, durable) = (
            QueueDeleteOptions::default(),
            QueueDeclareOptions {
                durable: true,
                ..QueueDeclareOptions::default()
            },
        );
        channel.queue_delete(name.clone().into(), options).await?;
        let made = channel.queue_declare(name.into(), durable, FieldTable::default());
        made.await.map(drop)
    });
}
