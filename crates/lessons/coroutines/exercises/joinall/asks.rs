//! While no task ends, a join should not be polled.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use coroutines::{Pool, run, spawn, try_joinall};
use smol::channel::Sender;
use smol::stream::StreamExt;

use crate::stream::{channels, work};
use crate::told::{Ends, Told};

const TASKS: usize = 20;

/// Lets some time pass in which no task can end, and counts the polls.
pub(crate) fn asks() {
    let is_quiet = Arc::new(AtomicBool::new(true));
    let [joins, streams] = [(); 2].map(|()| Polls::new(&is_quiet));
    let [joined, come] = run(async {
        let Told { tasks, words } = Told::plain(TASKS);
        let (its_words, heard) = channels(TASKS);
        tell_later([words, its_words].concat(), &is_quiet);
        let join = async { try_joinall(tasks).await.map_or(0, |values| values.len()) };
        let join = spawn("join", joins.clone().count(join));
        let stream = async {
            let work = |(number, heard)| work(number, heard);
            let results = Pool::unbounded().imap_unordered(heard.into_iter().enumerate(), work);
            results.filter(Result::is_ok).count().await
        };
        let stream = spawn("stream", streams.clone().count(stream));
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

fn tell_later(words: Vec<Sender<Ends>>, is_quiet: &Arc<AtomicBool>) {
    let is_quiet = Arc::clone(is_quiet);
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(2500));
        is_quiet.store(false, Ordering::SeqCst);
        for word in &words {
            let _hears = word.try_send(Ends::Well);
        }
    });
}

/// Counts how often a future is polled.
#[derive(Clone)]
struct Polls {
    all: Rc<Cell<usize>>,
    /// The polls while no task could end.
    in_vain: Rc<Cell<usize>>,
    is_quiet: Arc<AtomicBool>,
}

impl Polls {
    fn new(is_quiet: &Arc<AtomicBool>) -> Self {
        Self {
            all: Rc::default(),
            in_vain: Rc::default(),
            is_quiet: Arc::clone(is_quiet),
        }
    }

    async fn count<T>(self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        poll_fn(|context| {
            self.all.update(|polls| polls + 1);
            let is_quiet = self.is_quiet.load(Ordering::SeqCst);
            self.in_vain.update(|polls| polls + usize::from(is_quiet));
            future.as_mut().poll(context)
        })
        .await
    }

    fn expect_few(&self, who: &str) {
        let (polls, in_vain) = (self.all.get(), self.in_vain.get());
        // One poll, and one more if it wakes itself at the beginning.
        assert!(
            in_vain <= 2,
            "before a task had ended, {who} was polled {in_vain} times: it keeps polling the tasks"
        );
        // At most one poll for each task that ends, another one if it then lets other tasks have a turn, and
        // two at the beginning.
        assert!(
            polls <= 2 * TASKS + 2,
            "while {TASKS} tasks ended, {who} was polled {polls} times: it keeps polling the tasks"
        );
    }
}
