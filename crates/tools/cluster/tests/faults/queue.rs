//! Counts the messages of a broker's queues, as another program can.

use lapin::options::QueueDeclareOptions;
use lapin::types::FieldTable;
use lapin::{Connection, ConnectionProperties};

use crate::harness::{Cluster, broker};

/// How many messages a queue of the cluster, or its log, has.
pub(crate) fn messages(cluster: &Cluster, part: &str) -> u32 {
    smol::block_on(async {
        let url = broker();
        let url = url.split(',').next().unwrap();
        let (properties, runtime) = (ConnectionProperties::default(), async_rs::Runtime::smol());
        let connection = Connection::connect_with_runtime(url, properties, runtime);
        let connection = connection.await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        let passive = QueueDeclareOptions {
            passive: true,
            ..QueueDeclareOptions::default()
        };
        let name = format!("{}.{part}", cluster.address);
        let declared = channel.queue_declare(name.into(), passive, FieldTable::default());
        let count = declared.await.unwrap().message_count();
        connection.close(200, "done".into()).await.unwrap();
        count
    })
}
