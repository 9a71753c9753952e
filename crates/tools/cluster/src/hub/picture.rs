//! The state of a scheduler, for `cluster status` and the page.

use scheduler::wire::Role;

use super::Hub;
use crate::wire::{Overview, WorkerState};

/// How many dead tasks are shown.
const MOST_DEAD: usize = 20;

impl Hub {
    pub(super) fn overview(&self) -> Overview {
        let status = self.machine.status();
        let of_workers = self
            .links
            .iter()
            .filter(|(_, link)| link.role == Role::Worker);
        let workers = of_workers.map(|(&peer, link)| WorkerState {
            name: link.name.clone(),
            address: link.address.to_string(),
            holds: self.machine.held_by(peer) as u64,
            told: link.reported,
        });
        let workers: Vec<_> = workers.collect();
        Overview {
            up_seconds: self.started.elapsed().as_secs(),
            data: self.data.clone(),
            status,
            dead: self.machine.dead(MOST_DEAD),
            recently: self.rate.recently(self.machine.ends()),
            clients: (self.links.len() - workers.len()) as u64,
            workers,
        }
    }
}
