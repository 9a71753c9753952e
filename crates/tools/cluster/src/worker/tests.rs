use std::sync::atomic::AtomicBool;

use scheduler::TaskId;
use scheduler::task::Call;

use super::*;
use crate::wire::Queue;

/// A line that lends one task, and records its end only after the worker's last message.
#[derive(Default)]
struct Late {
    signals: Arc<AtomicU32>,
    is_lent: AtomicBool,
    is_finished: AtomicBool,
    is_recorded: AtomicBool,
}

const ID: TaskId = TaskId(0);

impl PeerLine for Late {
    fn send(&self, messages: &[ToCluster]) -> Result<(), LineError> {
        let is_end =
            |it: &ToCluster| matches!(it, ToCluster::Machine(ToScheduler::Done { id: ID, .. }));
        if messages.iter().any(is_end) {
            self.signals.store(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn send_unnoted(&self, _alive: &ToCluster) -> Result<(), LineError> {
        Ok(())
    }

    fn recv(&self, _: Duration) -> Result<Vec<FromCluster>, LineError> {
        thread::sleep(Duration::from_millis(1));
        if !self.is_lent.swap(true, Ordering::Relaxed) {
            let (kind, body) = ("square".to_owned(), 3_u64.to_le_bytes().to_vec());
            let (id, attempt, call) = (ID, 1, Call { kind, body });
            let lease = FromScheduler::Lease { id, attempt, call };
            let queue = Queue::new();
            return Ok(vec![
                FromCluster::Welcome { queue },
                FromCluster::Machine(lease),
            ]);
        }
        if !self.is_finished.load(Ordering::Relaxed) {
            return Err(LineError::Timeout);
        }
        match self.is_recorded.swap(true, Ordering::Relaxed) {
            false => Ok(vec![FromCluster::Machine(FromScheduler::Recorded {
                id: ID,
            })]),
            true => Err(LineError::Disconnected),
        }
    }

    fn close(&self) {}

    fn finish(&self) {
        self.is_finished.store(true, Ordering::Relaxed);
    }
}

struct There(Arc<Late>);

impl Target for There {
    fn address(&self) -> &str {
        "here"
    }

    fn connect(&self) -> Result<Arc<dyn PeerLine>, ConnectError> {
        Ok(Arc::clone(&self.0) as Arc<dyn PeerLine>)
    }
}

#[test]
fn a_result_recorded_after_the_last_word_of_a_worker_was_handed_over() {
    let line = Arc::new(Late::default());
    let signals = Arc::clone(&line.signals);
    let target: Arc<dyn Target> = Arc::new(There(Arc::clone(&line)));
    let settings = Settings {
        jobs: 1,
        ahead: None,
        patience: Some(Duration::from_secs(10)),
        grace: Duration::ZERO,
    };
    assert_eq!(work(&target, Kinds::standard(), settings, signals), Ok(()));
    assert!(line.is_recorded.load(Ordering::Relaxed));
}
