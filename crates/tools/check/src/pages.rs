//! Serves pages on this machine for a program that fetches some. A program learns their names and
//! sizes only by asking for them.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use lesson::family::descendants;

use crate::chance::words;
use crate::fault::Ours;
use crate::quiet::{Silence, WORTH_A_LOOK};
use crate::served::Served;
use crate::wakes::Sleeps;

/// How much later than in its turn a [late](Served::Late) page is answered.
const LATER: Duration = Duration::from_secs(1);

/// A server of pages, which runs until the check ends. It answers the last page first, and each other
/// page only when all pages after it have been answered. So the pages come in another order than their
/// addresses, and a program that does not request all of them at once waits until the patience is over.
#[derive(Debug)]
pub struct Pages {
    address: SocketAddr,
    /// An address at which no server listens.
    silent: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// The name of each page, and how it is served. A page whose address is given twice is here twice.
    pages: Vec<(String, Served)>,
    pause: Duration,
    patience: Duration,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    asked: Vec<bool>,
    /// The place of the page that was requested last.
    latest: Option<usize>,
    answered: Vec<bool>,
    /// Names that were requested more often than they were given.
    again: BTreeSet<String>,
    /// Whether a request has waited in vain for the others.
    was_apart: bool,
    /// When all pages had been answered.
    done: Option<Instant>,
    /// Threads that went to sleep repeatedly while the last page was delayed.
    awake: Vec<String>,
}

impl Pages {
    /// Serves these pages. The last page is delayed by `pause`; the others are held back until all are
    /// requested, or until no other one has been requested for `patience`, in which the program could run.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault) when the server cannot be started.
    #[must_use]
    pub fn serve(served: &[Served], pause: Duration, patience: Duration) -> Self {
        let names = words("pages", served.len());
        let pages = names.into_iter().zip(served.iter().copied()).collect();
        Self::start(pages, pause, patience)
    }

    /// Serves a page of each of these sizes without a delay; the address of the first one is given
    /// once more, as the last one.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault) when the server cannot be started.
    #[must_use]
    pub fn serve_first_twice(sizes: &[usize], patience: Duration) -> Self {
        let names = words("pages", sizes.len());
        let served = sizes.iter().copied().map(Served::Whole);
        let mut pages: Vec<_> = names.into_iter().zip(served).collect();
        pages.extend(pages.first().cloned());
        Self::start(pages, Duration::ZERO, patience)
    }

    fn start(pages: Vec<(String, Served)>, pause: Duration, patience: Duration) -> Self {
        let is_refused = |(_, served): &(String, Served)| *served == Served::Refused;
        let cannot_be_asked: Vec<bool> = pages.iter().map(is_refused).collect();
        let shared = Arc::new(Shared {
            pause,
            patience,
            state: Mutex::new(State {
                asked: cannot_be_asked.clone(),
                answered: cannot_be_asked,
                ..State::default()
            }),
            pages,
            changed: Condvar::new(),
        });
        let its = Arc::clone(&shared);
        // Closed when both addresses are known, so they are different.
        let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ours("port for the pages");
        Self {
            silent: closed.local_addr().ours("port for the pages"),
            address: listen(its).ours("server for the pages"),
            shared,
        }
    }

    /// The addresses of the pages.
    #[must_use]
    pub fn urls(&self) -> Vec<String> {
        let pages = self.shared.pages.iter();
        let url = |(name, served): &(String, Served)| match served {
            Served::Refused => format!("http://{}/{name}", self.silent),
            _ => self.url(name),
        };
        pages.map(url).collect()
    }

    /// Returns whether all pages were requested before one was answered.
    #[must_use]
    pub fn were_together(&self) -> bool {
        let state = self.shared.lock();
        !state.was_apart && !state.asked.contains(&false)
    }

    /// The addresses of pages that were requested more often than they were given.
    #[must_use]
    pub fn requested_again(&self) -> Vec<String> {
        let state = self.shared.lock();
        let names = state.again.iter();
        names.map(|name| self.url(name)).collect()
    }

    fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    /// How long ago the last answer was sent; `None` if a page was not requested.
    #[must_use]
    pub fn since_last_answer(&self) -> Option<Duration> {
        self.shared.lock().done.map(|done| done.elapsed())
    }

    /// The threads of a program that went to sleep repeatedly while the last page was delayed and
    /// no other page came: they were polling.
    #[must_use]
    pub fn awake_meanwhile(&self) -> Vec<String> {
        self.shared.lock().awake.clone()
    }
}

/// Starts a thread that accepts clients, and a thread for each client that answers it. None of them
/// is joined; they end with the process of the check.
fn listen(shared: Arc<Shared>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    thread::Builder::new().spawn(move || {
        for client in listener.incoming().flatten() {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                // If the client has gone away, it gets no answer.
                let _or_gone = shared.answer(&client);
            });
        }
    })?;
    Ok(address)
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, mut client: &TcpStream) -> io::Result<()> {
        let mut lines = BufReader::new(client).lines();
        let request = lines.next().unwrap_or_else(|| Ok(String::new()))?;
        // Reads up to the blank line: closing the socket with unread bytes would reset the connection.
        while !lines
            .next()
            .unwrap_or_else(|| Ok(String::new()))?
            .is_empty()
        {}
        let path = request.split(' ').nth(1).unwrap_or_default();
        let name = path.strip_prefix('/').unwrap_or_default();
        let page = self.pages.iter().find(|(its, _)| its == name);
        let served = page.map_or_else(|| self.moved_here(name), |(_, served)| *served);
        let index = page.and_then(|_| self.index_of(name));
        if let Some(index) = index {
            self.hold(index);
        }
        let sent = client.write_all(&served.answer(name));
        if let Some(index) = index {
            let mut state = self.lock();
            state.answered[index] = true;
            state.done = (!state.answered.contains(&false)).then(Instant::now);
            drop(state);
            self.changed.notify_all();
        }
        sent
    }

    /// How the new address of a page that has moved is served. It is in no list, so its page comes at once.
    fn moved_here(&self, asked: &str) -> Served {
        let mut pages = self.pages.iter();
        let served = pages.find_map(|(name, served)| served.moved_to(name, asked));
        served.unwrap_or(Served::NotFound)
    }

    /// Records that the page of this name is requested, and returns its place; `None` if it has been
    /// requested as often as it was given.
    fn index_of(&self, name: &str) -> Option<usize> {
        let mut state = self.lock();
        let mut indices = 0..self.pages.len();
        let index = indices.find(|&index| self.pages[index].0 == name && !state.asked[index]);
        match index {
            Some(index) => {
                state.asked[index] = true;
                state.latest = Some(index);
            }
            None => drop(state.again.insert(name.to_owned())),
        }
        drop(state);
        self.changed.notify_all();
        index
    }

    /// Holds a page back until its turn.
    fn hold(&self, index: usize) {
        let mut silence = Silence::new();
        let mut state = self.lock();
        while state.asked.contains(&false) && !state.was_apart {
            // Only the latest request measures the silence after it.
            if state.latest != Some(index) {
                let waited = self.changed.wait(state);
                state = waited.unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let left = self.patience.saturating_sub(silence.length());
            // The patience ends for all pages at once, or a program would wait at each page.
            state.was_apart = left.is_zero();
            let waited = self.changed.wait_timeout(state, left.min(WORTH_A_LOOK));
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
        while state.answered[index + 1..].contains(&false) && !state.was_apart {
            let waited = self.changed.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
        drop(state);
        self.changed.notify_all();
        if index + 1 == self.pages.len() {
            self.pause();
        }
        if let (_, Served::Late(_)) = self.pages[index] {
            thread::sleep(LATER);
        }
    }

    /// Delays the last page. A program has nothing to do meanwhile, so after the first quarter of
    /// the pause its threads should only wait.
    fn pause(&self) {
        let quarter = self.pause / 4;
        thread::sleep(quarter);
        let before = Sleeps::of(&descendants());
        thread::sleep(3 * quarter);
        let awake = Sleeps::of(&descendants()).too_many_since(&before);
        self.lock().awake = awake.into_iter().map(|(_, name)| name).collect();
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::served::page;

    fn get(url: &str) -> Vec<u8> {
        let rest = url.strip_prefix("http://").unwrap();
        let (authority, path) = rest.split_once('/').unwrap();
        let mut server = TcpStream::connect(authority).unwrap();
        write!(server, "GET /{path} HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        server.read_to_end(&mut answer).unwrap();
        answer
    }

    /// Returns whether these bytes follow the head of an answer.
    fn ends(answer: &[u8], bytes: &[u8]) -> bool {
        let head = answer.strip_suffix(bytes);
        head.is_some_and(|head| head.ends_with(b"\r\n\r\n"))
    }

    /// Returns whether an answer has a page of this many bytes.
    fn has_page(answer: &[u8], bytes: usize) -> bool {
        ends(answer, &page(bytes))
    }

    #[test]
    fn requests_for_all_pages_at_once_get_the_last_page_first() {
        let served = [Served::Whole(3), Served::NotFound, Served::Whole(5)];
        let pages = Pages::serve(&served, Duration::ZERO, Duration::from_secs(60));
        let come = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for (index, url) in pages.urls().into_iter().enumerate() {
                let come = &come;
                scope.spawn(move || {
                    let answer = get(&url);
                    come.lock().unwrap().push((index, answer));
                });
            }
        });
        for (index, answer) in come.into_inner().unwrap() {
            match index {
                0 => assert!(has_page(&answer, 3), "{answer:?}"),
                1 => assert!(answer.starts_with(b"HTTP/1.1 404 "), "{answer:?}"),
                _ => assert!(has_page(&answer, 5), "{answer:?}"),
            }
        }
        assert!(pages.were_together());
    }

    #[test]
    fn requests_one_after_the_other_are_noticed() {
        let patience = Duration::from_millis(50);
        let pages = Pages::serve(&[Served::Whole(1); 2], Duration::ZERO, patience);
        for url in pages.urls() {
            assert!(has_page(&get(&url), 1));
        }
        assert!(!pages.were_together());
    }

    /// Requests may come slowly on a busy machine; all of them take longer than the patience here.
    #[test]
    fn the_patience_begins_anew_at_each_request() {
        let patience = Duration::from_secs(3);
        let pages = Pages::serve(&[Served::Whole(1); 3], Duration::ZERO, patience);
        thread::scope(|scope| {
            for url in pages.urls() {
                scope.spawn(move || get(&url));
                thread::sleep(patience * 3 / 5);
            }
        });
        assert!(pages.were_together());
    }

    #[test]
    fn a_page_may_be_cut_off_or_not_come_at_all() {
        let served = [Served::CutOff(6), Served::Nothing];
        let pages = Pages::serve(&served, Duration::ZERO, Duration::from_millis(50));
        let [cut_off, nothing] = [0, 1].map(|index| get(&pages.urls()[index]));
        let head = String::from_utf8_lossy(&cut_off);
        assert!(head.contains("\r\nContent-Length: 6\r\n"), "{head}");
        assert!(ends(&cut_off, &page(6)[..3]), "{head}");
        assert!(nothing.is_empty(), "{nothing:?}");
    }

    #[test]
    fn a_page_may_have_an_address_at_which_nobody_listens() {
        let patience = Duration::from_secs(60);
        let pages = Pages::serve(
            &[Served::Refused, Served::Whole(1)],
            Duration::ZERO,
            patience,
        );
        let [refused, whole] = [0, 1].map(|index| pages.urls()[index].clone());
        let rest = refused.strip_prefix("http://").unwrap();
        let (authority, _) = rest.split_once('/').unwrap();
        assert!(TcpStream::connect(authority).is_err());
        assert!(pages.since_last_answer().is_none());
        assert!(has_page(&get(&whole), 1));
        assert!(pages.were_together());
    }

    #[test]
    fn a_page_may_be_requested_as_often_as_its_address_is_given() {
        let pages = Pages::serve_first_twice(&[1, 2], Duration::from_millis(50));
        let urls = pages.urls();
        assert_eq!((urls.len(), &urls[2]), (3, &urls[0]));
        for url in &urls {
            get(url);
        }
        assert_eq!(pages.requested_again(), [""; 0]);
        assert!(has_page(&get(&urls[0]), 1));
        assert_eq!(pages.requested_again(), [urls[0].as_str()]);
    }
}
