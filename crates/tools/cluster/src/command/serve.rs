//! `cluster scheduler`.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use common::say;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use scheduler::limits::GRACE;
use scheduler::machine::{Machine, Rules};
use scheduler::task::Status;
use scheduler::wire::Role;

use super::session::{begin, scheduler};
use crate::arguments::{Common, Service};
#[cfg(feature = "rabbitmq")]
use crate::broker::{self, Wanted};
#[cfg(feature = "rabbitmq")]
use crate::client::PATIENCE;
#[cfg(feature = "rabbitmq")]
use crate::connect::Pauses;
use crate::hub::{Hub, Writer};
use crate::lobby::{self, Input};
use crate::page;
#[cfg(feature = "rabbitmq")]
use crate::peer::ConnectError;
use crate::printing;
use crate::signals;
use crate::store::Store;

/// How many inputs may wait for the hub. Beyond that, their senders wait.
const INPUTS: usize = 256;

/// How long reading the database may take before a line reports it.
const MOMENT: Duration = Duration::from_secs(1);

/// The most tasks that a worker holds.
const MOST_CREDIT: u32 = 8192;

pub(super) fn serve(common: &Common, service: &Service) -> Result<(), String> {
    #[cfg(feature = "rabbitmq")]
    if let Some(url) = &common.broker {
        return make_queues(common, url, service);
    }
    take_all_descriptors();
    let (inputs, events) = sync_channel(INPUTS);
    let asked = signals::count().map_err(|error| error.to_string())?;
    begin("scheduler", common)?;
    let here = scheduler(common, Role::Client)?;
    let listener = listen(&here.address, here.key.is_none())?;
    let mut machine = Machine::new(rules(service));
    let data = service.data.as_deref();
    let writer = data.map(|path| read(path, &mut machine, inputs.clone()));
    let writer = writer.transpose()?;
    let data = service.data.as_ref().map(|path| path.display().to_string());
    let address = listener
        .local_addr()
        .map_err(|error| format!("cannot listen on {}: {error}", here.address))?;
    let kept = data.as_deref().unwrap_or("memory alone");
    let status = machine.status();
    let (open, dead, ended) = (status.ready, status.dead, status.ended);
    say!("Tasks are kept in {kept}: {open} open, {dead} dead, {ended} ended");
    if here.key.is_none() {
        say!("There is no key, so it listens to this machine alone");
    }
    if let Some(page) = &service.page {
        let page = page::open(page, inputs.clone())?;
        say!("A page with its state is at http://{page}/");
    }
    lobby::open(listener, here.key, inputs).map_err(no_thread)?;
    say!("Scheduler ({}) listens on {address}", common::pid());
    printing::start().map_err(no_thread)?;
    let mut hub = Hub::new(machine, writer, data, service.grace, asked);
    let served = hub.run(&events);
    if served.is_ok() {
        print_what_is_left(hub.status(), service.data.is_some());
    }
    printing::finish(GRACE);
    served
}

/// Allows this process all descriptors that it may have: each peer takes one, and the usual limit
/// suits old programs with few. If that fails, peers wait until others have gone.
fn take_all_descriptors() {
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let _set = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
}

fn no_thread(error: io::Error) -> String {
    format!("cannot start a thread: {error}")
}

/// Restores the machine from a file, and starts the thread that writes to it. Prints a line if
/// reading takes long, which would look like a hang.
fn read(path: &Path, machine: &mut Machine, inputs: SyncSender<Input>) -> Result<Writer, String> {
    let (read, is_read) = channel::<()>();
    let shown = path.display().to_string();
    let report = move || {
        if is_read.recv_timeout(MOMENT) == Err(RecvTimeoutError::Timeout) {
            say!("Reading {shown}");
        }
    };
    let thread = thread::Builder::new().spawn(report);
    let store = Store::open(path, machine)?;
    drop(read);
    // Its line has to come before the next one.
    let _printed = thread.map(JoinHandle::join);
    Writer::start(store, inputs).map_err(no_thread)
}

/// How many bytes of `--memory` one task counts for.
#[cfg(feature = "rabbitmq")]
const TASK_BYTES: usize = 256;

/// Makes the queues, which is all that is left to do here: the broker is the scheduler.
#[cfg(feature = "rabbitmq")]
fn make_queues(common: &Common, url: &str, service: &Service) -> Result<(), String> {
    begin("scheduler", common)?;
    let address = super::session::broker(common, url)?;
    let wanted = Wanted {
        most: (service.memory / TASK_BYTES).max(1) as u64,
        keep: service.keep,
    };
    let patience = common.give_up.unwrap_or(PATIENCE);
    let mut pauses = Pauses::new(Some(patience));
    loop {
        match broker::make(&address, &wanted) {
            Ok(()) => break,
            Err(error @ ConnectError::Refused(_)) => return Err(error.to_string()),
            Err(error) => match pauses.next() {
                Some(pause) => std::thread::sleep(pause),
                None => return Err(format!("{error}; gave up after {patience:?}")),
            },
        }
    }
    let shown = address.shown();
    say!(
        "The queues at {shown} are there: {} tasks may wait",
        wanted.most
    );
    Ok(())
}

fn print_what_is_left(left: Status, is_kept: bool) {
    let (open, dead, ended) = (
        left.ready + left.leased + left.delayed,
        left.dead,
        left.ended,
    );
    let what = if is_kept {
        "are kept"
    } else {
        "are gone, since it was --volatile"
    };
    printing::say!("Scheduler has ended: {open} open, {dead} dead and {ended} ended tasks {what}");
}

fn rules(service: &Service) -> Rules {
    Rules {
        most_credit: MOST_CREDIT,
        most_bytes: service.memory,
        counts_results: true,
        keep: Some(service.keep),
        is_volatile: service.data.is_none(),
        seed: u64::from(std::process::id()),
        ..Rules::default()
    }
}

fn listen(address: &str, has_no_key: bool) -> Result<TcpListener, String> {
    let help =
        "give --at with a host and a port, such as 127.0.0.1:7878; port 0 takes any that is free";
    let failed = |error| format!("cannot listen on {address}: {error}; {help}");
    let found: Vec<SocketAddr> = address.to_socket_addrs().map_err(failed)?.collect();
    if has_no_key && found.iter().any(|it| !it.ip().is_loopback()) {
        return Err(format!(
            "without a key it listens to this machine alone, and {address} is open to others: \
             `cluster key FILE` makes one, for --key FILE"
        ));
    }
    TcpListener::bind(&*found).map_err(failed)
}
