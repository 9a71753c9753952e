//! Network namespaces in which processes run, and links between them that can be taken down. They
//! belong to a user namespace, so no root is needed where the system allows that, and they end with
//! the processes that hold them.

use std::path::Path;
use std::process::{Command, Stdio};

use super::Running;

/// How long a namespace is held at most, in seconds, if the test is killed.
const SECONDS: &str = "3000";

/// The port of the scheduler, in its namespace.
pub(crate) const PORT: u16 = 7878;

/// A namespace, held by a process that sleeps.
pub(crate) struct Namespace {
    holder: Running,
    _folder: super::Folder,
}

impl Namespace {
    fn hold(mut unshare: Command) -> Result<Self, String> {
        let folder = super::Folder::new();
        let script = format!("ip link set lo up && echo ready && exec sleep {SECONDS}");
        let words = ["--net", "sh", "-c", &script];
        let mut holder = Running::start(unshare.args(words), &folder.path("log"));
        let is_ready = holder.wait_for_or_end("ready");
        let why = holder.log().trim().replace('\n', "; ");
        is_ready
            .then_some(Self {
                holder,
                _folder: folder,
            })
            .ok_or(why)
    }

    /// The words that run a command in this namespace, in front of its own.
    pub(crate) fn prefix(&self) -> Vec<String> {
        let target = self.holder.pid().to_string();
        let enter = ["nsenter", "--target", &target, "--user", "--net"];
        let all = enter.into_iter().chain(["--preserve-credentials"]);
        all.map(str::to_owned).collect()
    }

    /// A command that runs this program in this namespace.
    pub(crate) fn command(&self, program: &Path) -> Command {
        super::after(&self.prefix(), program)
    }

    fn ip(&self, words: &str) -> Result<(), String> {
        let mut command = self.command(Path::new("ip"));
        let done = command.args(words.split(' ')).stdin(Stdio::null()).output();
        let done = done.map_err(|error| error.to_string())?;
        match done.status.success() {
            true => Ok(()),
            false => Err(format!(
                "ip {words}: {}",
                String::from_utf8_lossy(&done.stderr).trim()
            )),
        }
    }
}

/// A namespace for the scheduler, and others with one link each to it.
pub(crate) struct Network {
    home: Namespace,
    far: Vec<Namespace>,
}

impl Network {
    /// Makes them. The error names what this machine lacks.
    pub(crate) fn new(count: usize) -> Result<Self, String> {
        for program in ["unshare", "nsenter", "ip"] {
            let mut command = Command::new(program);
            command.arg("--help").stdout(Stdio::null());
            let found = command.stderr(Stdio::null()).status();
            found.map_err(|error| format!("{program}: {error}"))?;
        }
        let mut unshare = Command::new("unshare");
        unshare.arg("--map-root-user");
        let home = Namespace::hold(unshare)?;
        let mut far = Vec::new();
        for number in 0..count {
            let there = Namespace::hold(home.command(Path::new("unshare")))?;
            let pid = there.holder.pid();
            home.ip(&format!(
                "link add link{number} type veth peer name home netns {pid}"
            ))?;
            home.ip(&format!("addr add 10.7.{number}.1/24 dev link{number}"))?;
            home.ip(&format!("link set link{number} up"))?;
            there.ip(&format!("addr add 10.7.{number}.2/24 dev home"))?;
            there.ip("link set home up")?;
            far.push(there);
        }
        Ok(Self { home, far })
    }

    pub(crate) fn home(&self) -> &Namespace {
        &self.home
    }

    pub(crate) fn far(&self, number: usize) -> &Namespace {
        &self.far[number]
    }

    /// The address of the scheduler for the workers in that namespace.
    pub(crate) fn address(number: usize) -> String {
        format!("10.7.{number}.1:{PORT}")
    }

    fn set(&self, state: &str) {
        for number in 0..self.far.len() {
            self.home
                .ip(&format!("link set link{number} {state}"))
                .unwrap();
        }
    }

    /// Cuts the links: nothing arrives any more, on either side.
    pub(crate) fn cut(&self) {
        self.set("down");
    }

    pub(crate) fn mend(&self) {
        self.set("up");
    }
}
