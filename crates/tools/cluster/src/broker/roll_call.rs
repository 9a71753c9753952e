//! Which peers are there? An exchange carries the question to all peers, and each answers the asker.

use std::time::Duration;

use lapin::BasicProperties;
use lapin::options::{
    BasicConsumeOptions, BasicPublishOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{Channel, Error};
use scheduler::wire::Role;
use smol::Timer;
use smol::future::or;
use smol::stream::StreamExt;

use super::messages::{self, Here};
use super::session::{Session, reason};

/// How long to wait for answers: how many there will be is not known.
const PAUSE: Duration = Duration::from_millis(300);

const QUESTION: &str = "cluster-who-1";
const ANSWER: &str = "cluster-here-1";

/// Creates a queue that ends with its peer, and returns its name.
async fn own_queue(channel: &Channel) -> Result<String, Error> {
    let own = QueueDeclareOptions {
        exclusive: true,
        auto_delete: true,
        ..QueueDeclareOptions::default()
    };
    let none = FieldTable::default();
    let queue = channel.queue_declare("".into(), own, none).await?;
    Ok(queue.name().to_string())
}

/// Consumes a queue whose messages may be lost.
async fn listen(channel: &Channel, queue: String) -> Result<lapin::Consumer, Error> {
    let options = BasicConsumeOptions {
        no_ack: true,
        ..BasicConsumeOptions::default()
    };
    let (tag, none) = ("".into(), FieldTable::default());
    channel
        .basic_consume(queue.into(), tag, options, none)
        .await
}

/// Answers each call, until the connection ends. `count` returns how many tasks this peer holds,
/// and how many ends it has reported.
pub(super) async fn answer(
    session: &Session,
    role: Role,
    count: impl Fn() -> (u64, u64),
) -> Result<(), String> {
    let begin = async {
        let channel = session.connection.create_channel().await?;
        let queue = own_queue(&channel).await?;
        let (exchange, none) = (session.queues.roll_call.clone(), FieldTable::default());
        let options = QueueBindOptions::default();
        channel
            .queue_bind(
                queue.clone().into(),
                exchange.into(),
                "".into(),
                options,
                none,
            )
            .await?;
        let consumer = listen(&channel, queue).await?;
        Ok((channel, consumer))
    };
    let (channel, mut calls) = session.answer(begin).await?;
    while let Some(call) = calls.next().await {
        let call = call.map_err(|error| reason(&error))?;
        let Some(asker) = call.properties.reply_to().clone() else {
            continue;
        };
        let (holds, reported) = count();
        let here = Here {
            role,
            name: crate::connect::name(),
            holds,
            reported,
        };
        let (options, bytes) = (BasicPublishOptions::default(), messages::bytes(&here));
        let properties = BasicProperties::default().with_type(ANSWER.into());
        let published = channel
            .basic_publish("".into(), asker, options, &bytes, properties)
            .await;
        published.map_err(|error| reason(&error))?;
    }
    Err("the broker has ended the roll call".to_owned())
}

/// Asks which peers are there. Only those that answer at once count.
pub(super) async fn call(session: &Session) -> Result<Vec<Here>, String> {
    let begin = async {
        let channel = session.connection.create_channel().await?;
        let queue = own_queue(&channel).await?;
        let answers = listen(&channel, queue.clone()).await?;
        let properties = BasicProperties::default()
            .with_type(QUESTION.into())
            .with_reply_to(queue.into());
        let (exchange, options) = (
            session.queues.roll_call.clone(),
            BasicPublishOptions::default(),
        );
        channel
            .basic_publish(exchange.into(), "".into(), options, &[], properties)
            .await?;
        Ok((channel, answers))
    };
    let (_channel, mut answers) = session.answer(begin).await?;
    let mut here = Vec::new();
    let collect = async {
        while let Some(Ok(answer)) = answers.next().await {
            here.extend(messages::read::<Here>(ANSWER, &answer));
        }
    };
    let over = async {
        Timer::after(PAUSE).await;
    };
    or(collect, over).await;
    Ok(here)
}
