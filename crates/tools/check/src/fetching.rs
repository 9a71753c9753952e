//! Checks for programs that fetch several pages at the same time.

use std::time::Duration;

use timeline::some_of;

use crate::{Pages, Program, Ran, Served, numbers};

/// How long a server waits for the next visit.
const PATIENCE: Duration = Duration::from_secs(2);

const MOMENT: Duration = Duration::from_millis(300);

/// How long after its last page a program may end. One that polls, ever more seldom, ends later.
const LATE: Duration = Duration::from_secs(1);

/// A page may have more bytes than a buffer of usual size.
const LARGE: usize = 2 << 20;

/// More pages than a program visits at a time that visits only some: more than 64. The 256 threads
/// of a box are enough for this: one for each page at the server, and two for each visit.
const MANY: usize = 70;

/// A program that fetches pages, and what must hold of its runs.
#[derive(Debug, Clone, Copy)]
pub struct Fetching {
    /// Creates the program that fetches these pages.
    pub program: fn(&Pages) -> Program,
    /// Checks a run that should have fetched these pages, which have these sizes.
    pub holds: fn(&Ran, &[usize], &Pages),
    /// Checks a run in which the page with this number could not be fetched. That the run must fail is
    /// checked for all programs.
    pub fails: fn(&Ran, usize, &Pages),
}

impl Fetching {
    /// Checks runs with each of these numbers of pages. No program can guess their sizes, and one of them is
    /// large. The last page is delayed, so a program that does not wait for it has ended by then.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn any_number(&self, counts: &[usize]) {
        for &count in counts {
            let mut sizes = some_sizes("any number", count);
            sizes[count / 2] += LARGE;
            let pages = serve(&sizes, MOMENT);
            let ran = (self.program)(&pages).run();
            (self.holds)(&ran, &sizes, &pages);
        }
    }

    /// Checks a run in which one page has moved.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn moved(&self) {
        let sizes = some_sizes("moved", 3);
        let mut served: Vec<_> = sizes.iter().copied().map(Served::Whole).collect();
        served[0] = Served::Moved(sizes[0]);
        let pages = Pages::serve(&served, Duration::ZERO, PATIENCE);
        let ran = (self.program)(&pages).run();
        // A client that follows no redirect may take the answer for the page.
        let size = sizes[0].to_string();
        ran.expect(ran.code == Some(0) && ran.out.contains(&size), || {
            format!(
                "The first of three pages has moved: the server answers with status 302 and its new \
                 address, at which the page has {size} bytes. This size was expected, and exit code 0. \
                 Standard error has: {}",
                ran.err.trim()
            )
        });
        (self.holds)(&ran, &sizes, &pages);
    }

    /// Checks a run in which one page has no bytes.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn empty(&self) {
        let sizes = [some_sizes("empty", 2), vec![0]].concat();
        let pages = serve(&sizes, Duration::ZERO);
        let ran = (self.program)(&pages).run();
        ran.expect(ran.code == Some(0), || {
            format!(
                "The last of three pages is empty. That is no error, and 0 bytes are received, so \
                 exit code 0 was expected. Standard error has: {}",
                ran.err.trim()
            )
        });
        (self.holds)(&ran, &sizes, &pages);
        expect_requested_once(&ran, &pages);
    }

    /// Checks a run in which an address is given twice.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn twice(&self) {
        let mut sizes = some_sizes("twice", 2);
        let pages = Pages::serve_first_twice(&sizes, PATIENCE);
        sizes.push(sizes[0]);
        let ran = (self.program)(&pages).run();
        ran.expect(ran.code == Some(0), || {
            format!(
                "Of three addresses, the first and the last are equal, and all pages exist, so \
                 exit code 0 was expected. Standard error has: {}",
                ran.err.trim()
            )
        });
        (self.holds)(&ran, &sizes, &pages);
    }

    /// Checks that all pages are requested before the first one is answered, as the server reports,
    /// and each page only once: a second request could be one after the other. No request waits for the clock.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn together(&self) {
        let pages = serve(&some_sizes("together", MANY), Duration::ZERO);
        let ran = (self.program)(&pages).watch_naps().run();
        ran.expect_code(0);
        expect_requested_once(&ran, &pages);
        ran.expect_in_time(pages.were_together(), || {
            format!(
                "{MANY} pages were to be asked for at once, but some were asked for only after another \
                 one had been answered: is there a limit, or does one visit wait for another? While a task \
                 waits for its page, all other tasks should have their turns."
            )
        });
        ran.expect_first_only_waits();
    }

    /// Checks runs in which one of three pages cannot be fetched, for different reasons. It is requested
    /// only once all the same.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn failure(&self) {
        for (failing, its, does) in [
            (0, Served::Refused, "refuses the connection for"),
            (0, Served::NotFound, "does not have"),
            (1, Served::NotFound, "does not have"),
            (2, Served::NotFound, "does not have"),
            (1, Served::CutOff(20_000), "sends only the first half of"),
            (
                2,
                Served::Nothing,
                "closes the connection instead of sending",
            ),
        ] {
            let mut served = [10, 20, 30].map(Served::Whole);
            served[failing] = its;
            let pages = Pages::serve(&served, Duration::ZERO, PATIENCE);
            let ran = (self.program)(&pages).run();
            ran.expect(ran.code != Some(0), || {
                format!(
                    "The server {does} page {failing} of 0, 1 and 2, so an error and exit code 1 were \
                     expected. The exit code is 0, and the last line is {:?}.",
                    ran.lines().last().copied().unwrap_or_default()
                )
            });
            ran.expect_error().expect_no_panic();
            (self.fails)(&ran, failing, &pages);
            expect_requested_once(&ran, &pages);
        }
    }

    /// Compares a run with one in which the pages come later than the whole first run took. A
    /// program that waits does no more work; one that sleeps instead of waiting sleeps too short.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn slow(&self) {
        let run = |pause| {
            let sizes = some_sizes("slow", 3);
            let pages = serve(&sizes, pause);
            let ran = (self.program)(&pages).run();
            let late = pages.since_last_answer().unwrap_or_default();
            (self.holds)(&ran, &sizes, &pages);
            (ran, pages.awake_meanwhile(), late)
        };
        let (usual, ..) = run(Duration::ZERO);
        let took = Duration::from_nanos(usual.run.length());
        let more = Duration::from_millis(numbers("a pause", 1, 0..=500)[0] as u64);
        let pause = Duration::from_secs(2) + more + took.min(Duration::from_secs(5));
        let (ran, awake, late) = run(pause);
        ran.expect_sleeping_since(&usual);
        ran.expect_in_time(awake.is_empty(), || {
            format!(
                "While the last page was on its way, {} went to sleep again and again: it polls. A \
                 thread that waits for a page should sleep until it is woken.",
                some_of(&awake)
            )
        });
        ran.expect_in_time(late < LATE, || {
            format!(
                "The program ended {} ms after the last page had come: it does not wait for its pages, but looks \
                 for them now and then.",
                late.as_millis()
            )
        });
    }

    /// Checks runs that are disturbed.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn chaos(&self) {
        for seed in 1..=6 {
            self.look_at("chaos", 4, |program| program.chaos(seed));
        }
    }

    /// Checks a run in which nothing tells the program that it is watched.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn bare(&self) {
        self.look_at("bare", 3, Program::bare);
    }

    fn look_at(&self, purpose: &str, count: usize, how: impl Fn(Program) -> Program) {
        let sizes = some_sizes(purpose, count);
        let pages = serve(&sizes, Duration::ZERO);
        let ran = how((self.program)(&pages)).run();
        (self.holds)(&ran, &sizes, &pages);
    }
}

fn expect_requested_once(ran: &Ran, pages: &Pages) {
    let again = pages.requested_again();
    ran.expect(again.is_empty(), || {
        format!(
            "The server was asked for a page more than once: {}. One request for each address is \
             enough, and all of them should be under way at the same time.",
            some_of(&again)
        )
    });
}

/// Sizes that no program can guess. Most of them take more than 16 bits.
fn some_sizes(purpose: &str, count: usize) -> Vec<usize> {
    numbers(purpose, count, 1..=200_000)
}

fn serve(sizes: &[usize], pause: Duration) -> Pages {
    let served: Vec<_> = sizes.iter().copied().map(Served::Whole).collect();
    Pages::serve(&served, pause, PATIENCE)
}
