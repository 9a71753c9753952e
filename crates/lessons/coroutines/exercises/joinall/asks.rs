//! While no task ends, a join should not be polled.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use coroutines::{run, spawn, try_joinall, yield_now};
use smol::channel::Sender;
use smol::stream::StreamExt;

use crate::stream::{channels, results};
use crate::told::{Ends, Told};

const TASKS: usize = 20;
/// How many turns all tasks have at the beginning: an answer may let other tasks have some before it waits.
const TURNS: usize = 100;
/// How long no task can end.
const QUIET: Duration = Duration::from_millis(2500);

/// The parts of the run: first the tasks begin, then none of them can end, and then all of them end.
const BEGINNING: usize = 0;
const SILENCE: usize = 1;
const ENDS: usize = 2;

/// Lets some time pass in which no task can end, and counts the polls.
pub(crate) fn asks() {
    let part = Arc::new(AtomicUsize::new(BEGINNING));
    let [joins, streams] = [(); 2].map(|()| Polls::new(&part));
    let [joined, come] = run(async {
        let Told { tasks, words } = Told::plain(TASKS);
        let (its_words, heard) = channels(TASKS);
        let join = async { try_joinall(tasks).await.map_or(0, |values| values.len()) };
        let join = spawn("join", joins.clone().count(join));
        let stream = async { results(heard).filter(Result::is_ok).count().await };
        let stream = spawn("stream", streams.clone().count(stream));
        for _ in 0..TURNS {
            yield_now().await;
        }
        tell_later([words, its_words].concat(), &part);
        [join.get().await, stream.get().await]
    });
    assert_eq!(
        joined,
        Ok(TASKS),
        "the number of values that `try_joinall` returns for {TASKS} tasks that end well"
    );
    assert_eq!(
        come,
        Ok(TASKS),
        "the number of results that `imap_unordered` returns for {TASKS} tasks that end well"
    );
    joins.expect_few("try_joinall");
    streams.expect_few("the stream of imap_unordered");
}

/// Begins the silence, and later ends all tasks.
fn tell_later(words: Vec<Sender<Ends>>, part: &Arc<AtomicUsize>) {
    part.store(SILENCE, Ordering::SeqCst);
    let part = Arc::clone(part);
    thread::spawn(move || {
        thread::sleep(QUIET);
        part.store(ENDS, Ordering::SeqCst);
        for word in &words {
            let _hears = word.try_send(Ends::Well);
        }
    });
}

/// Counts how often a future is polled in each part of the run.
#[derive(Clone)]
struct Polls {
    counts: Rc<[Cell<usize>; 3]>,
    part: Arc<AtomicUsize>,
}

impl Polls {
    fn new(part: &Arc<AtomicUsize>) -> Self {
        Self {
            counts: Rc::default(),
            part: Arc::clone(part),
        }
    }

    async fn count<T>(self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        poll_fn(|context| {
            let part = self.part.load(Ordering::SeqCst);
            self.counts[part].update(|polls| polls + 1);
            future.as_mut().poll(context)
        })
        .await
    }

    fn expect_few(&self, who: &str) {
        let [in_vain, polls] = [SILENCE, ENDS].map(|part| self.counts[part].get());
        assert!(
            in_vain == 0,
            "while no task could end, {who} was polled {in_vain} times: it keeps polling the tasks"
        );
        // At most one poll for each task that ends, another one if it then lets other tasks have a turn, and
        // two more.
        assert!(
            polls <= 2 * TASKS + 2,
            "while {TASKS} tasks ended, {who} was polled {polls} times: it keeps polling the tasks"
        );
    }
}
