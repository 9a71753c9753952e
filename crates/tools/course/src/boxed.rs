//! A student's files built and judged, in a box.
//!
//! Two boxes one after the other, since what is needed to build is not to be seen by what runs. The
//! first sees the compiler, the libraries below the lesson and the source files of the piece that is
//! built, the student's in place of the reference's. The second sees the checks and the programs that
//! they run, and nothing else.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::time::Duration;

use check::Fault;
use check::Verdict;
use check::report::{Outcome, parse};
use sandbox::record::How;
use sandbox::{Bind, Ended, Job, Limits, Verdict as End, run};

use crate::compiler::{complaints, words};
use crate::failed::Failed;
use crate::kit::{Kit, Step, plain_cargo};
use crate::place::Course;

/// Where the results of a build are in the box.
const OUT: &str = "/out";
/// Compiling a file takes one or two seconds; on a busy machine ten times as long.
const BUILD_TIME: Duration = Duration::from_secs(120);
/// Users of boxes have numbers from here on, when root starts them.
const FIRST_UID: u32 = 61_000;

/// Looks whether there can be boxes here, and builds their supervisor, beside this program.
pub(crate) fn ready(course: &Course) -> Result<(), Failed> {
    sandbox::probe().map_err(|error| error.to_string())?;
    let own = std::env::current_exe().unwrap_or_default();
    let profile = own.parent().unwrap_or(Path::new("target/debug"));
    let mut command = plain_cargo(&course.root);
    command.args(["build", "--quiet", "-p", "sandbox", "--bin", "box-init"]);
    command
        .arg("--target-dir")
        .arg(profile.parent().unwrap_or(profile));
    if profile.ends_with("release") {
        command.arg("--release");
    }
    let done = command
        .output()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    match done.status.success() {
        true => Ok(()),
        false => Err(format!(
            "the box does not build: {}",
            String::from_utf8_lossy(&done.stderr)
        )
        .into()),
    }
}

/// A place of its own for one submission after the other.
pub(crate) struct Bench {
    folder: PathBuf,
    uid: u32,
}

/// What was built of a submission: where the checks look for it, and where it is.
type Built = BTreeMap<PathBuf, PathBuf>;

impl Bench {
    /// The bench of that number, empty.
    pub(crate) fn new(kit: &Kit, number: u32) -> Result<Self, Failed> {
        let folder = kit.dependencies.with_file_name("benches");
        let folder = folder.join(format!("{}-{number}", std::process::id()));
        let bench = Self {
            folder,
            uid: FIRST_UID + number,
        };
        bench.clear().map_err(|error| bench.failed(&error))?;
        Ok(bench)
    }

    fn failed(&self, error: &io::Error) -> Failed {
        format!("cannot make {}: {error}", self.folder.display()).into()
    }

    fn clear(&self) -> io::Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        let out = self.out();
        fs::create_dir_all(&out)?;
        if nix::unistd::geteuid().is_root() {
            chown(&out, Some(self.uid), Some(self.uid))?;
        }
        Ok(())
    }

    fn out(&self) -> PathBuf {
        self.folder.join("out")
    }

    /// Builds and judges these files, by their paths in the lesson's folder.
    ///
    /// # Errors
    /// When the bench itself fails.
    pub(crate) fn judge(
        &self,
        kit: &Kit,
        files: &BTreeMap<PathBuf, String>,
        seed: u64,
    ) -> Result<Vec<Outcome>, Failed> {
        self.clear().map_err(|error| self.failed(&error))?;
        let mut shown = BTreeMap::new();
        for (number, (path, text)) in files.iter().enumerate() {
            let here = self.folder.join(format!("{number}"));
            fs::write(&here, text).map_err(|error| self.failed(&error))?;
            shown.insert(kit.assigned.folder.join(path), here);
        }
        let mut built = Built::new();
        for step in &kit.steps {
            let ended = self.build(kit, step, &shown)?;
            if ended.verdict != End::Ended(How::Exit(0)) {
                return Ok(vec![not_built(&ended, files)]);
            }
            let file = step.unit.file();
            let name = file.file_name().unwrap_or_default();
            built.insert(step.place.clone(), self.out().join(name));
        }
        // What is no source for a compiler is for the checks: an answer.
        if kit.steps.is_empty() {
            built.extend(shown);
        }
        let ended = self.run(kit, &built, seed)?;
        Ok(outcomes(&ended))
    }

    fn build(
        &self,
        kit: &Kit,
        step: &Step,
        shown: &BTreeMap<PathBuf, PathBuf>,
    ) -> Result<Ended, Failed> {
        let unit = &step.unit;
        let mut binds = vec![
            read_only(&kit.toolchain, &kit.toolchain),
            read_only(&kit.libraries, &kit.dependencies),
            Bind {
                host: self.out(),
                inside: OUT.into(),
                is_writable: true,
            },
        ];
        for source in unit.sources()? {
            let host = shown.get(&source).unwrap_or(&source);
            binds.push(read_only(host, &source));
        }
        let rebuilt: Vec<PathBuf> = kit.steps.iter().map(|step| step.unit.file()).collect();
        let environment = unit.environment.iter();
        let environment = environment.map(|(name, value)| (name.into(), value.into()));
        let job = Job {
            program: kit.toolchain.join("bin/rustc"),
            arguments: words(unit, Path::new(OUT), &rebuilt),
            environment: environment.chain(own_environment()).collect(),
            folder: unit.folder.clone(),
            binds,
            limits: Limits {
                time: BUILD_TIME,
                cpu: BUILD_TIME,
                memory_bytes: 8 << 30,
                file_bytes: 256 << 20,
                output_bytes: 4 << 20,
                ..Limits::default()
            },
            uid: self.uid,
        };
        boxed(&job)
    }

    fn run(&self, kit: &Kit, built: &Built, seed: u64) -> Result<Ended, Failed> {
        let places = kit.programs.iter().chain([&kit.check]);
        let mut binds: Vec<Bind> = places
            .map(|place| read_only(built.get(place).unwrap_or(place), place))
            .collect();
        let answers = built.iter().filter(|_| kit.steps.is_empty());
        binds.extend(answers.map(|(place, file)| read_only(file, place)));
        let seconds = Duration::from_secs(kit.assigned.exercise.seconds.into());
        let seed = ("CHECK_SEED".into(), seed.to_string().into());
        let job = Job {
            program: kit.check.clone(),
            arguments: vec!["--report".into()],
            environment: own_environment().into_iter().chain([seed]).collect(),
            folder: "/tmp".into(),
            binds,
            limits: Limits {
                // The checks have limits of their own; this one is for checks that hang.
                time: 4 * seconds,
                cpu: 4 * seconds,
                memory_bytes: 8 << 30,
                processes: 256,
                output_bytes: 64 << 20,
                ..Limits::default()
            },
            uid: self.uid,
        };
        boxed(&job)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // Below target/, where the next `cargo clean` takes it if it cannot go now.
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

fn boxed(job: &Job) -> Result<Ended, Failed> {
    run(job).map_err(|error| format!("cannot start a box: {error}").into())
}

fn read_only(host: &Path, inside: &Path) -> Bind {
    Bind {
        host: host.to_owned(),
        inside: inside.to_owned(),
        is_writable: false,
    }
}

fn own_environment() -> [(OsString, OsString); 2] {
    [("PATH", "/usr/bin:/bin"), ("TMPDIR", "/tmp")].map(|(name, value)| (name.into(), value.into()))
}

/// The outcome of a build that failed.
fn not_built(ended: &Ended, files: &BTreeMap<PathBuf, String>) -> Outcome {
    let said = String::from_utf8_lossy(&ended.stderr);
    let fault = match &ended.verdict {
        End::Ended(How::Exit(_)) => Fault::new(complaints(&said, files)),
        End::TimedOut => Fault::of(Verdict::Timeout, "The compiler did not end in two minutes."),
        End::NoRecord => Fault::of(Verdict::GraderError, format!("There was no box: {said}")),
        other => Fault::new(format!("The compiler was ended: {other:?}.")),
    };
    Outcome {
        name: "compiles".to_owned(),
        holds: "it compiles".to_owned(),
        fault: Some(fault),
    }
}

/// What the checks have found. Where their report has no end, what ended them is the fault.
fn outcomes(ended: &Ended) -> Vec<Outcome> {
    let report = String::from_utf8_lossy(&ended.stdout);
    let fault = match (&ended.verdict, parse(&report)) {
        (End::Ended(How::Exit(_)), Ok(outcomes)) => return outcomes,
        (End::Ended(How::Exit(code)), Err(why)) => {
            let said = String::from_utf8_lossy(&ended.stderr);
            Fault::of(
                Verdict::GraderError,
                format!("Exit code {code} of the checks: {why}\n{said}"),
            )
        }
        (End::Ended(How::Signal(signal)), _) => Fault::of(
            Verdict::Crash,
            format!("Signal {signal} ended the program and its judge."),
        ),
        (End::Ended(How::NotStarted(errno)), _) => Fault::of(
            Verdict::GraderError,
            format!("The checks did not start: error {errno}."),
        ),
        (End::LeftBehind(_, names), _) => Fault::new(format!(
            "What it has started was still there after its end: {}.",
            timeline::some_of(names)
        )),
        (End::TimedOut, _) => Fault::of(Verdict::Timeout, "The checks did not end in time."),
        (End::TooMuchOutput, _) => Fault::new("It has printed more than 64 MiB."),
        (End::NoRecord, _) => Fault::of(
            Verdict::Crash,
            format!(
                "The box ended without a word. {}",
                String::from_utf8_lossy(&ended.stderr)
            ),
        ),
    };
    vec![Outcome {
        name: "ends".to_owned(),
        holds: "it ends, and its judge with it".to_owned(),
        fault: Some(fault),
    }]
}
