//! While no task ends, there is nothing to look at.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use coroutines::{run, try_joinall};

use crate::Told;

/// A thread lets some time pass in which no task can end.
pub(crate) fn asks() {
    let is_quiet = Arc::new(AtomicBool::new(true));
    let [polls, in_vain] = [(); 2].map(|()| Rc::new(Cell::new(0)));
    let counted = [Rc::clone(&polls), Rc::clone(&in_vain)];
    let joined = run(async {
        let Told { tasks, words } = Told::plain(20);
        let its_quiet = Arc::clone(&is_quiet);
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(2500));
            its_quiet.store(false, Ordering::SeqCst);
            for word in &words {
                let _hears = word.try_send(true);
            }
        });
        let mut joining = pin!(try_joinall(tasks));
        poll_fn(|context| {
            let [polls, in_vain] = &counted;
            polls.update(|polls| polls + 1);
            in_vain.update(|polls| polls + usize::from(is_quiet.load(Ordering::SeqCst)));
            joining.as_mut().poll(context)
        })
        .await
    });
    assert_eq!(
        joined.map(|values| values.len()),
        Ok(20),
        "all tasks end well"
    );
    let (polls, in_vain) = (polls.get(), in_vain.get());
    // Once, and once more where it has woken itself to begin.
    assert!(
        in_vain <= 2,
        "before a task had ended it was polled {in_vain} times: it asks again and again"
    );
    // Once for each task that ends, and once at the beginning.
    assert!(
        polls < 40,
        "while 20 tasks were joined, it was polled {polls} times: it asks again and again"
    );
}
