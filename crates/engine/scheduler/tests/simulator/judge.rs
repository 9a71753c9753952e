//! The conditions that must hold when the storm is over.

use std::collections::{BTreeMap, BTreeSet};

use scheduler::TaskId;
use scheduler::machine::{End, Record};
use scheduler::task::TaskOutcome;

/// Checks that nothing is lost, nothing is recorded twice, and clients received what was recorded.
pub(crate) fn judge(
    accepted: &BTreeSet<TaskId>,
    tasks: usize,
    disk: &[Record],
    all_received: &[(TaskId, TaskOutcome)],
) -> Result<(), String> {
    if accepted.len() != tasks {
        return Err(format!("{} of {tasks} tasks are known", accepted.len()));
    }
    let mut ends: BTreeMap<TaskId, TaskOutcome> = BTreeMap::new();
    for record in disk {
        let Record::Ended { id, end } = record else {
            continue;
        };
        let outcome = match end {
            End::Done(body) if **body != *result(*id) => return Err(format!("{id}: {body:?}")),
            End::Done(body) => Ok(body.to_vec()),
            End::Dead(why) => Err(why.to_string()),
            End::Cancelled => Err("it was cancelled".to_owned()),
        };
        if ends.insert(*id, outcome).is_some() {
            return Err(format!("task {id} is recorded twice"));
        }
    }
    let received: BTreeMap<TaskId, TaskOutcome> = all_received.iter().cloned().collect();
    if received.len() != all_received.len() {
        return Err(format!("told twice: {:?}", all_received));
    }
    let lost: Vec<_> = accepted
        .iter()
        .filter(|id| !received.contains_key(id))
        .collect();
    if !lost.is_empty() {
        return Err(format!("lost: {lost:?}"));
    }
    if received != ends {
        return Err(format!("told {received:?}, recorded {ends:?}"));
    }
    Ok(())
}

/// The result of the task with this number.
pub(crate) fn result(id: TaskId) -> Vec<u8> {
    (id.0 * id.0).to_le_bytes().to_vec()
}
