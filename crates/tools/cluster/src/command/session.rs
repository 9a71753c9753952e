//! What the commands have in common: the log, the key, and the way to the scheduler.

use std::time::Duration;

use common::{Settings, lane};
use scheduler::wire::Role;

use crate::arguments::Common;
use crate::client::Client;
use crate::connect::Target;
use crate::key::Key;

const DEFAULT: &str = "127.0.0.1:7878";
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn begin(name: &str, common: &Common) -> Result<(), String> {
    let settings = Settings {
        pace: 1.0,
        seed: None,
        chaos: None,
        record: common.record.clone(),
    };
    common::join("cluster", &settings)?;
    lane::enter(name);
    Ok(())
}

pub(super) fn target(common: &Common, role: Role) -> Result<Target, String> {
    let key = match &common.key {
        Some(path) => Key::read(path)?,
        None => Key::none(),
    };
    let address = common.at.clone().unwrap_or_else(|| DEFAULT.to_owned());
    Ok(Target { address, key, role })
}

pub(super) fn client(common: &Common) -> Result<Client, String> {
    begin("client", common)?;
    let target = target(common, Role::Client)?;
    Client::connect(target, common.give_up.unwrap_or(PATIENCE))
}
