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

/// A line to a scheduler of another version.
struct Other;

impl PeerLine for Other {
    fn send(&self, _: &[ToCluster]) -> Result<(), LineError> {
        Ok(())
    }

    fn send_unnoted(&self, _: &ToCluster) -> Result<(), LineError> {
        Ok(())
    }

    fn recv(&self, _: Duration) -> Result<Vec<FromCluster>, LineError> {
        let why = format!("{OTHER_VERSION} 7, and not 5");
        Ok(vec![FromCluster::Machine(FromScheduler::Refused { why })])
    }

    fn close(&self) {}

    fn finish(&self) {}
}

struct There<L>(Arc<L>);

impl<L: PeerLine + 'static> Target for There<L> {
    fn address(&self) -> &str {
        "here"
    }

    fn connect(&self) -> Result<Arc<dyn PeerLine>, ConnectError> {
        Ok(Arc::clone(&self.0) as Arc<dyn PeerLine>)
    }
}

const SETTINGS: Settings = Settings {
    jobs: 1,
    ahead: None,
    patience: Some(Duration::from_secs(3)),
    grace: Duration::ZERO,
};

#[test]
fn a_scheduler_of_another_version_is_not_tried_again() {
    let target: Arc<dyn Target> = Arc::new(There(Arc::new(Other)));
    let ended = work(&target, Kinds::standard(), SETTINGS, Arc::default());
    let why = "here refuses this worker: it speaks version 7, and not 5";
    assert_eq!(ended, Err(why.to_owned()));
}

#[test]
fn a_result_recorded_after_the_last_word_of_a_worker_was_handed_over() {
    let line = Arc::new(Late::default());
    let signals = Arc::clone(&line.signals);
    let target: Arc<dyn Target> = Arc::new(There(Arc::clone(&line)));
    assert_eq!(work(&target, Kinds::standard(), SETTINGS, signals), Ok(()));
    assert!(line.is_recorded.load(Ordering::Relaxed));
}
