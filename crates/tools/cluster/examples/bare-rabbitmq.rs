//! The baseline for `cluster --broker`: squares through the same queues by lapin alone, with the
//! same confirms, and without the work of a scheduler. `scripts/rabbitmq-rate` runs it.

use std::error::Error;
use std::process::ExitCode;

use async_rs::Runtime;
use common::{complain, say};
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions,
    ConfirmSelectOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties, Consumer, PublisherConfirm,
};
use smol::future::try_zip;
use smol::stream::StreamExt;

/// As many as a worker of quick tasks takes; and as many as a client has under way.
const AHEAD: u16 = 1026;
const WINDOW: u64 = 4096;

type Done = Result<(), Box<dyn Error>>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[1..] {
        ["worker", url, queues] => smol::block_on(work(url, queues)),
        ["client", url, queues, count] => match count.parse() {
            Ok(count) => smol::block_on(hand_in(url, queues, count)),
            Err(_) => Err("COUNT is a number".into()),
        },
        _ => Err("bare-rabbitmq worker URL QUEUES | client URL QUEUES COUNT".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("bare-rabbitmq: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn connect(url: &str) -> lapin::Result<(Connection, Channel)> {
    let properties = ConnectionProperties::default();
    let connection = Connection::connect_with_runtime(url, properties, Runtime::smol()).await?;
    let channel = connection.create_channel().await?;
    channel
        .confirm_select(ConfirmSelectOptions::default())
        .await?;
    Ok((connection, channel))
}

async fn publish(channel: &Channel, queue: &str, value: u64) -> lapin::Result<PublisherConfirm> {
    let persistent = BasicProperties::default().with_delivery_mode(2);
    let options = BasicPublishOptions {
        mandatory: true,
        ..BasicPublishOptions::default()
    };
    let bytes = value.to_le_bytes();
    channel
        .basic_publish("".into(), queue.into(), options, &bytes, persistent)
        .await
}

fn number(bytes: &[u8]) -> u64 {
    bytes.try_into().map_or(0, u64::from_le_bytes)
}

/// Squares what arrives, until the connection ends. A task is acknowledged when its result is confirmed.
async fn work(url: &str, queues: &str) -> Done {
    let (_connection, results) = connect(url).await?;
    let tasks = _connection.create_channel().await?;
    tasks.basic_qos(AHEAD, BasicQosOptions::default()).await?;
    let (queue, log) = (format!("{queues}.tasks"), format!("{queues}.log"));
    let (options, none) = (BasicConsumeOptions::default(), FieldTable::default());
    let mut deliveries = tasks
        .basic_consume(queue.into(), "bare".into(), options, none)
        .await?;
    let (confirming, confirms) = smol::channel::unbounded();
    let square = async {
        while let Some(delivery) = deliveries.next().await {
            let delivery = delivery?;
            let number = number(&delivery.data);
            let confirm = publish(&results, &log, number * number).await?;
            let _open = confirming.try_send((confirm, delivery.acker));
        }
        Ok::<(), lapin::Error>(())
    };
    let acknowledge = async {
        while let Ok((confirm, acker)) = confirms.recv().await {
            confirm.await?;
            acker.ack(BasicAckOptions::default()).await?;
        }
        Ok(())
    };
    try_zip(square, acknowledge).await?;
    Ok(())
}

/// Reads the log, from now on.
async fn read_log(connection: &Connection, log: String) -> lapin::Result<Consumer> {
    let results = connection.create_channel().await?;
    results.basic_qos(2000, BasicQosOptions::default()).await?;
    let mut arguments = FieldTable::default();
    let next = AMQPValue::LongString("next".into());
    arguments.insert("x-stream-offset".into(), next);
    let options = BasicConsumeOptions::default();
    results
        .basic_consume(log.into(), "bare".into(), options, arguments)
        .await
}

/// Hands in the numbers up to `count`, and waits for as many results.
async fn hand_in(url: &str, queues: &str, count: u64) -> Done {
    let (connection, tasks) = connect(url).await?;
    let mut ends = read_log(&connection, format!("{queues}.log")).await?;
    let queue = format!("{queues}.tasks");
    let put = async {
        let mut next = 0;
        while next < count {
            let mut confirms = Vec::new();
            for value in next..count.min(next + WINDOW) {
                confirms.push(publish(&tasks, &queue, value).await?);
            }
            next += confirms.len() as u64;
            for confirm in confirms {
                confirm.await?;
            }
        }
        Ok::<(), lapin::Error>(())
    };
    let collect = async {
        let (mut read, mut sum) = (0, 0_u64);
        while read < count
            && let Some(end) = ends.next().await
        {
            let end = end?;
            sum = sum.wrapping_add(number(&end.data));
            read += 1;
            if read % 500 == 0 {
                end.acker.ack(BasicAckOptions { multiple: true }).await?;
            }
        }
        Ok(sum)
    };
    let ((), sum) = try_zip(put, collect).await?;
    say!("{count} tasks, the sum of their squares is {sum}");
    connection.close(200, "done".into()).await?;
    Ok(())
}
