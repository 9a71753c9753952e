//! Many tasks in one call: they are sent in packets, and each packet is answered as a whole.

use std::collections::VecDeque;

use common::{EncodeError, Message};
use inflight::{Gathered, TURN, pack, turn};

use crate::handle::{MapHandle, TaskHandle};
use crate::start::OwnerCell;
use crate::{SubmitError, TaskError};

/// The packets for each worker: several, so that a quick worker can take more of them.
const PACKETS_EACH: usize = 4;

/// Runs the tasks in packets of `len` arguments, or of as many as suits the workers.
pub(crate) fn map<A: Message, R: Message>(
    owner: &OwnerCell<R>,
    arguments: impl Iterator<Item = A>,
    len: Option<usize>,
) -> Result<Vec<R>, TaskError> {
    let mut gathered = Gathered::with_capacity(arguments.size_hint().0);
    let mut under_way = VecDeque::new();
    let workers = owner.borrow().workers();
    for packed in pack(arguments, len, PACKETS_EACH * workers) {
        under_way.push_back(submit(owner, packed)?);
        while owner.borrow().has_backlog() {
            turn(owner, TURN);
        }
        // Take finished results at once, so that their memory is used again for the next.
        while let Some(packet) = under_way.pop_front_if(|packet| packet.is_done()) {
            gathered.add(packet.get_packet());
        }
    }
    for packet in under_way {
        gathered.add(packet.get_packet());
    }
    gathered.finish()
}

pub(crate) fn map_async<A: Message, R: Message>(
    owner: &OwnerCell<R>,
    arguments: impl Iterator<Item = A>,
) -> Result<MapHandle<R>, TaskError> {
    let workers = owner.borrow().workers();
    let packets = pack(arguments, None, PACKETS_EACH * workers);
    let packets: Result<_, _> = packets.map(|packed| submit(owner, packed)).collect();
    packets.map(MapHandle)
}

fn submit<R: Message>(
    owner: &OwnerCell<R>,
    packed: Result<(u32, Vec<u8>), EncodeError>,
) -> Result<TaskHandle<R>, TaskError> {
    let mut pool = owner.borrow_mut();
    let entry = match packed {
        Ok((tasks, bytes)) => pool.submit_packet(tasks, bytes)?,
        Err(error) => return Err(pool.refused(&SubmitError::Encode((), error))),
    };
    Ok(TaskHandle::new(owner, entry))
}
