//! What the commands share: the log of the run, the key, and the way to the scheduler.

use std::sync::Arc;

use common::Settings;
use scheduler::wire::Role;

use crate::arguments::Common;
#[cfg(feature = "rabbitmq")]
use crate::broker::{Address, Broker};
use crate::client::{Client, PATIENCE};
use crate::connect::Scheduler;
use crate::key::Key;
#[cfg(feature = "rabbitmq")]
use crate::key::read_secret;
use crate::peer::Target;

const DEFAULT: &str = "127.0.0.1:7878";

pub(super) fn begin(name: &str, common: &Common) -> Result<(), String> {
    let settings = Settings {
        pace: 1.0,
        seed: None,
        chaos: None,
        record: common.record.clone(),
    };
    // Now, because a run has ended when its first lane has.
    common::join("cluster", name, &settings)
}

/// Where the scheduler is, or the broker that replaces it.
pub(super) fn target(common: &Common, role: Role) -> Result<Arc<dyn Target>, String> {
    #[cfg(feature = "rabbitmq")]
    if let Some(url) = &common.broker {
        let address = broker(common, url)?;
        return Ok(Arc::new(Broker::new(address, role)));
    }
    Ok(Arc::new(scheduler(common, role)?))
}

#[cfg(feature = "rabbitmq")]
pub(super) fn broker(common: &Common, url: &str) -> Result<Address, String> {
    let password = common.key.as_deref().map(read_secret).transpose()?;
    let queues = common.queues.as_deref().unwrap_or("cluster");
    Address::parse(url, queues, password, common.ca.as_deref())
}

pub(super) fn scheduler(common: &Common, role: Role) -> Result<Scheduler, String> {
    let key = match &common.key {
        Some(path) => Key::read(path)?,
        None => Key::none(),
    };
    let address = common.at.clone().unwrap_or_else(|| DEFAULT.to_owned());
    Ok(Scheduler { address, key, role })
}

pub(super) fn client(common: &Common) -> Result<Client, String> {
    begin("client", common)?;
    let target = target(common, Role::Client)?;
    Client::connect(target, common.give_up.unwrap_or(PATIENCE))
}
