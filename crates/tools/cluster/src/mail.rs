//! The contents of a packet: one message after another.

use std::io;

use borsh::BorshDeserialize;
use common::Message;

use crate::wire::PACKET_BYTES;

/// No packet has more messages: the shortest that are sent in numbers have more than four bytes.
const MOST_MESSAGES: usize = PACKET_BYTES / 4;

/// Messages, with the events that sent them if the sender records its run.
pub(crate) struct Mail<M> {
    pub(crate) messages: Vec<M>,
    pub(crate) causes: Vec<[u8; 8]>,
    /// The length of the packet in which they came; 0 if they are to be sent.
    bytes: usize,
}

impl<M: Message> Mail<M> {
    /// Reads a packet: its messages, each preceded by the event that sent it if the first byte is 1.
    pub(crate) fn read(packet: &[u8]) -> io::Result<Self> {
        let (mut messages, mut causes) = (Vec::new(), Vec::new());
        let mut rest = packet;
        let has_causes = bool::deserialize(&mut rest)?;
        while !rest.is_empty() {
            if has_causes {
                causes.push(BorshDeserialize::deserialize(&mut rest)?);
            }
            if messages.len() >= MOST_MESSAGES {
                let why = "a packet has more messages than are ever sent together";
                return Err(io::Error::new(io::ErrorKind::InvalidData, why));
            }
            messages.push(M::deserialize(&mut rest)?);
        }
        let bytes = packet.len();
        Ok(Self {
            messages,
            causes,
            bytes,
        })
    }

    /// A mail that is to be sent.
    pub(crate) fn new(messages: Vec<M>, causes: Vec<[u8; 8]>) -> Self {
        let bytes = 0;
        Self {
            messages,
            causes,
            bytes,
        }
    }

    /// About how much memory it takes. A short message takes more than its bytes.
    pub(crate) fn cost(&self) -> usize {
        self.bytes + self.messages.len() * size_of::<M>()
    }
}

#[cfg(test)]
mod tests {
    use common::encode_into;
    use lesson_test::Seeded;
    use scheduler::TaskId;
    use scheduler::wire::ToScheduler;

    use super::*;
    use crate::wire::{FromCluster, ToCluster};

    /// Whatever a peer with the key sends is read as messages, or is an error. 100,000 packets:
    /// valid ones of which some bytes were changed, and nonsense.
    #[test]
    fn any_bytes_in_a_packet_are_messages_or_an_error() {
        let valid: Vec<Vec<u8>> = [
            ToCluster::Overview,
            ToCluster::Machine(ToScheduler::Done {
                id: TaskId(7),
                attempt: 1,
                body: vec![7; 20],
            }),
            ToCluster::Machine(ToScheduler::Heartbeat {
                held: vec![TaskId(1); 3],
            }),
        ]
        .iter()
        .map(|message| {
            let mut packet = vec![0];
            encode_into(message, &mut packet).unwrap();
            packet
        })
        .collect();
        let mut seeded = Seeded::new(7);
        let mut below = |most: usize| {
            let number = seeded.below(most as u64);
            usize::try_from(number).unwrap()
        };
        let (mut messages, mut errors) = (0, 0);
        for _ in 0..100_000 {
            let mut packet = valid[below(valid.len())].clone();
            for _ in 0..below(4) {
                let place = below(packet.len());
                packet[place] = below(256).to_le_bytes()[0];
            }
            packet.truncate(packet.len() - below(2) * below(packet.len()));
            match Mail::<ToCluster>::read(&packet) {
                Ok(received) => messages += received.messages.len(),
                Err(_) => errors += 1,
            }
            let _either = Mail::<FromCluster>::read(&packet);
        }
        assert!(messages > 10_000 && errors > 10_000, "{messages}, {errors}");
    }

    /// Each message takes the memory of the longest kind.
    #[test]
    fn a_packet_with_more_messages_than_are_ever_sent_together_is_refused() {
        let mut packet = vec![0];
        encode_into(&ToCluster::Overview, &mut packet).unwrap();
        let overview = packet[1];
        packet.resize(1 + MOST_MESSAGES, overview);
        let read = Mail::<ToCluster>::read(&packet).unwrap();
        assert_eq!(read.messages.len(), MOST_MESSAGES);
        packet.push(overview);
        assert!(Mail::<ToCluster>::read(&packet).is_err());
    }
}
