//! What `status` shows: the ended tasks come from the log, the others from the queues, and the
//! peers that are there from their own answers.

use std::rc::Rc;

use scheduler::wire::Role;

use super::Client;
use super::recently::now;
use crate::broker::roll_call;
use crate::broker::session::declared;
use crate::wire::{FromCluster, Overview, WorkerState};

/// How many dead tasks are shown.
const MOST_DEAD: usize = 20;

impl Client {
    pub(super) fn look(self: &Rc<Self>) {
        let looking = Rc::clone(self);
        self.actor.spawn(async move {
            let overview = looking.overview().await?;
            let _over = looking
                .answers
                .send(FromCluster::Overview(Box::new(overview)));
            Ok(())
        });
    }

    /// How many tasks wait to be delivered, and how many are delayed after an error.
    async fn count_waiting(&self) -> Result<(u64, u64), lapin::Error> {
        let queues = &self.session.queues;
        let channel = self.session.connection.create_channel().await?;
        let (mut ready, mut delayed) = (0, 0);
        for queue in [&queues.tasks, &queues.suspects] {
            ready += u64::from(declared(&channel, queue).await?.0);
        }
        for queue in &queues.delays {
            delayed += u64::from(declared(&channel, queue).await?.0);
        }
        Ok((ready, delayed))
    }

    async fn overview(&self) -> Result<Overview, String> {
        let queues = &self.session.queues;
        let (ready, delayed) = self.session.answer(self.count_waiting()).await?;
        let here = roll_call::call(&self.session).await?;
        let mut status = self.replica.borrow().status();
        // Tasks with two copies are in the queues twice.
        let open = status.leased;
        status.ready = ready.min(open);
        status.delayed = delayed.min(open - status.ready);
        status.leased = open - status.ready - status.delayed;
        let now = now();
        let recently = self.recently.borrow();
        let workers = here.iter().filter(|it| it.role == Role::Worker);
        let workers: Vec<_> = workers
            .map(|it| WorkerState {
                name: it.name.clone(),
                address: "at the broker".to_owned(),
                holds: it.holds,
                told: it.reported,
            })
            .collect();
        Ok(Overview {
            up_seconds: recently.since_first(now),
            data: Some(format!("'{}' at {}", queues.tasks, self.session.shown)),
            status,
            dead: self.replica.borrow().dead(MOST_DEAD),
            recently: recently.ended(now),
            clients: (here.len() - workers.len()) as u64,
            workers,
        })
    }
}
