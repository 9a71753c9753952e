//! What the owner of a pool does with the news that come in.

use common::{Message, decode};
use multiprocess::Failure;

use crate::dispatcher::Dispatcher;
use crate::done::{Done, failed};
use crate::error::Cause;
use crate::messages::{Failed, News, Values};

impl<R: Message> Dispatcher<R> {
    /// Takes in the news that are there, without waiting; gives whether there were any.
    pub(crate) fn collect(&mut self) -> bool {
        let mut is_any = false;
        while let Some(news) = self.news.as_ref()
            && !news.is_empty()
            && let Ok(news) = news.try_get()
        {
            is_any = true;
            self.take_in(news);
        }
        is_any
    }

    pub(crate) fn take_in(&mut self, news: News<R>) {
        match news {
            News::Started { worker, pid, .. } => {
                self.pids[worker as usize] = pid;
                self.started += 1;
            }
            News::Ended {
                worker,
                pid,
                exit,
                task,
                ..
            } => {
                self.pids[worker as usize] = 0;
                if let Some(task) = task {
                    self.suspect(task, Cause::WorkerDied { pid, exit });
                }
            }
            News::GivenUp { why } => self.given_up = Some(why),
            News::Piece {
                first_task,
                bytes,
                is_last,
            } => self.take_in_piece(first_task, bytes, is_last),
            News::Done {
                place,
                first_task,
                result,
            } => {
                if self.ledger.is_open(place, first_task) {
                    let done = self.done(first_task, result);
                    self.ledger.answer(place, done);
                    self.shelf.free(first_task);
                }
            }
        }
    }

    fn take_in_piece(&mut self, first_task: u64, bytes: Vec<u8>, is_last: bool) {
        self.pieces.entry(first_task).or_default().extend(bytes);
        if is_last
            && let Some(bytes) = self.pieces.remove(&first_task)
            // Always so: a result that cannot be read is a failure, see `wire.rs`.
            && let Ok(done) = decode(&bytes)
        {
            self.take_in(done);
        }
    }

    fn done(&mut self, first_task: u64, result: Result<Values<R>, Failed>) -> Done<R> {
        let done = result.or_else(|failed_ones| {
            let cause = match failed_ones.failure {
                Failure::Error(message) => Cause::Failed(message),
                Failure::Panic(message) => Cause::Panicked(message),
            };
            let task = first_task + u64::from(failed_ones.offset);
            failed(task, failed_ones.count as usize, cause)
        });
        self.lost.with_lost_ones(first_task, done)
    }
}
