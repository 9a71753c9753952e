//! The place in which a student's files are built and judged: boxes, or this machine itself on request.
//!
//! Two boxes are used one after the other, because a running program must not see what is needed to
//! build it. The first box sees the compiler, the libraries below the lesson, and the source files
//! of the piece that is built, with the student's files instead of the reference's. The second box
//! sees the checks and the programs that they run, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};

use check::report::Outcome;
use check::{Fault, RECORDED, Verdict};
use sandbox::record::How;
use sandbox::{Bind, Ended, Job, Limits, Verdict as End};

use crate::compiler::{Theirs, warnings, words};
use crate::failed::Failed;
use crate::kit::{Kit, Step};
use crate::outcomes::{BUILD_CPU, BUILD_TIME, ENDS, not_built, outcomes};
use crate::pace;
use crate::page::is_shown;
use crate::runner::Runner;
use crate::taken::{Taken, with_reasons};
use crate::units::Unit;

/// The folder of build results in the box.
const OUT: &str = "/out";
/// The first user id for boxes that root starts.
const FIRST_UID: u32 = 61_000;

/// A place that builds and judges one submission after the other.
pub(crate) struct Bench<'a> {
    runner: &'a Runner,
    folder: PathBuf,
    uid: u32,
}

/// The built files of a submission: where the checks look for each, and where it is.
type Built = BTreeMap<PathBuf, PathBuf>;

impl<'a> Bench<'a> {
    /// Creates the bench with this number, empty.
    pub(crate) fn new(runner: &'a Runner, kit: &Kit, number: u32) -> Result<Self, Failed> {
        let folder = kit.dependencies.with_file_name("benches");
        let folder = folder.join(format!("{}-{number}", std::process::id()));
        let uid = FIRST_UID + number;
        let bench = Self {
            runner,
            folder,
            uid,
        };
        bench.clear().map_err(|error| bench.failed(&error))?;
        Ok(bench)
    }

    fn failed(&self, error: &io::Error) -> Failed {
        format!("cannot make {}: {error}", self.folder.display()).into()
    }

    fn is_bare(&self) -> bool {
        matches!(self.runner, Runner::Bare(_))
    }

    fn clear(&self) -> io::Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        for folder in [
            self.out(),
            self.folder.join("tree"),
            self.folder.join("files"),
        ] {
            fs::create_dir_all(folder)?;
        }
        if nix::unistd::geteuid().is_root() && !self.is_bare() {
            chown(self.out(), Some(self.uid), Some(self.uid))?;
        }
        Ok(())
    }

    fn out(&self) -> PathBuf {
        self.folder.join("out")
    }

    /// Builds and judges these files, given by their paths in the lesson's folder. With `is_drawn`, a fault
    /// has the log of a run that shows it, if there is one.
    ///
    /// # Errors
    /// When the bench itself fails.
    pub(crate) fn judge(
        &self,
        kit: &Kit,
        files: &BTreeMap<PathBuf, Taken>,
        seed: u64,
        is_drawn: bool,
    ) -> Result<Vec<Outcome>, Failed> {
        self.clear().map_err(|error| self.failed(&error))?;
        let mut shown = BTreeMap::new();
        for (number, (path, taken)) in files.iter().enumerate() {
            let here = self.folder.join(format!("{number}"));
            fs::write(&here, &taken.text).map_err(|error| self.failed(&error))?;
            shown.insert(kit.assigned.folder.join(path), here);
        }
        let (mut built, mut printed) = (Built::new(), String::new());
        for step in &kit.steps {
            let ended = self.build(kit, step, &shown)?;
            if ended.verdict != End::Ended(How::Exit(0)) {
                let theirs = Theirs::new(&kit.assigned, files);
                return Ok(vec![not_built(&ended, &theirs)]);
            }
            printed += &String::from_utf8_lossy(&ended.stderr);
            let file = step.unit.file();
            let name = file.file_name().unwrap_or_default();
            built.insert(step.path.clone(), self.out().join(name));
        }
        // A file that no compiler builds, such as an answer, is for the checks.
        if kit.steps.is_empty() {
            built.extend(shown);
        }
        let mut judged = outcomes(&self.run(kit, &built, seed, &["--report"])?);
        let mut outcomes = judged.iter_mut();
        if let Some(outcome) = outcomes.find(|one| is_drawn && is_recordable(kit, one))
            && let Some(fault) = &mut outcome.fault
        {
            // The verdict is known; if the box fails now, only the page is missing.
            let recorded = self.run(kit, &built, seed, &[RECORDED, &outcome.name]);
            let log = recorded.map(|ended| String::from_utf8_lossy(&ended.stdout).into_owned());
            fault.log = log.ok().filter(|log| is_shown(log));
        }
        let warnings = warnings(&printed, &kit.assigned, files);
        Ok(with_reasons(judged, warnings))
    }

    fn build(&self, kit: &Kit, step: &Step, shown: &Built) -> Result<Ended, Failed> {
        let unit = &step.unit;
        let sources = unit.sources()?;
        let rebuilt: Vec<PathBuf> = kit.steps.iter().map(|step| step.unit.file()).collect();
        let (folder, out) = match self.is_bare() {
            true => (self.tree(unit, &sources, shown)?, self.out()),
            false => (unit.folder.clone(), PathBuf::from(OUT)),
        };
        let mut binds = vec![
            read_only(&kit.toolchain, &kit.toolchain),
            read_only(&kit.libraries, &kit.dependencies),
            Bind {
                host: self.out(),
                inside: OUT.into(),
                is_writable: true,
            },
        ];
        binds.extend(sources.iter().map(|source| {
            let host = shown.get(source).unwrap_or(source);
            read_only(host, source)
        }));
        // The derive macros of borsh read there under which name the crate imports borsh.
        binds.extend(
            unit.manifest()
                .map(|manifest| read_only(&manifest, &manifest)),
        );
        let environment = unit.environment.iter();
        let environment = environment.map(|(name, value)| (name.into(), value.into()));
        self.runner.run(&Job {
            program: kit.toolchain.join("bin/rustc"),
            arguments: words(unit, &out, &rebuilt),
            environment: environment.chain(own_environment()).collect(),
            folder,
            binds,
            limits: of_a_build(),
            uid: self.uid,
        })
    }

    /// Copies the sources of a piece to a folder, with the student's files instead of the
    /// reference's. Without a box, no file can be mounted over another one.
    fn tree(&self, unit: &Unit, sources: &[PathBuf], shown: &Built) -> Result<PathBuf, Failed> {
        let tree = self.folder.join("tree");
        for source in sources {
            let inside = source.strip_prefix(&unit.folder).unwrap_or(source);
            let (from, to) = (shown.get(source).unwrap_or(source), tree.join(inside));
            let made = fs::create_dir_all(to.parent().unwrap_or(&tree));
            made.and_then(|()| fs::copy(from, &to))
                .map_err(|error| self.failed(&error))?;
        }
        Ok(tree)
    }

    fn run(&self, kit: &Kit, built: &Built, seed: u64, words: &[&str]) -> Result<Ended, Failed> {
        let limit = pace::of_checks(&kit.assigned.exercise);
        let mut environment = own_environment().to_vec();
        environment.push(("CHECK_SEED".into(), seed.to_string().into()));
        environment.push((pace::VARIABLE.into(), pace::value().into()));
        let mut binds = Vec::new();
        let own = kit.programs.iter().chain([&kit.check]);
        let paths: BTreeSet<&PathBuf> = own.chain(built.keys()).collect();
        for path in paths {
            let host = built.get(path).unwrap_or(path);
            binds.push(read_only(host, path));
        }
        let mut program = kit.check.clone();
        let mut folder = PathBuf::from("/tmp");
        if self.is_bare() {
            folder = self.folder.join("files");
            for bind in &binds {
                let copy = folder.join(bind.inside.file_name().unwrap_or_default());
                fs::copy(&bind.host, copy).map_err(|error| self.failed(&error))?;
            }
            program = folder.join(kit.check.file_name().unwrap_or_default());
            environment.push(("CHECK_FILES".into(), folder.clone().into()));
        }
        self.runner.run(&Job {
            program,
            arguments: words.iter().map(Into::into).collect(),
            environment,
            folder,
            binds,
            limits: Limits {
                time: limit,
                cpu: limit,
                memory_bytes: 8 << 30,
                processes: 256,
                output_bytes: 64 << 20,
                ..Limits::default()
            },
            uid: self.uid,
        })
    }
}

impl Drop for Bench<'_> {
    fn drop(&mut self) {
        // It is below target/, so the next `cargo clean` removes it if this fails.
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

/// Returns whether the check with this outcome can run once more, recorded: it has found a fault, and has no
/// recorded run that shows it.
fn is_recordable(kit: &Kit, outcome: &Outcome) -> bool {
    let fault = outcome.fault.as_ref();
    let is_fault = |fault: &Fault| {
        let is_judged = !matches!(fault.verdict, Verdict::NotRun | Verdict::GraderError);
        is_judged && fault.log.is_none() && outcome.name != ENDS
    };
    kit.assigned.exercise.is_recordable() && fault.is_some_and(is_fault)
}

fn of_a_build() -> Limits {
    Limits {
        time: pace::longer(BUILD_TIME),
        cpu: pace::longer(BUILD_CPU),
        memory_bytes: 8 << 30,
        resident_bytes: 4 << 30,
        file_bytes: 256 << 20,
        output_bytes: 4 << 20,
        ..Limits::default()
    }
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_build_has_30_s_of_a_processor_in_two_minutes() {
        let limits = of_a_build();
        assert_eq!(limits.cpu, Duration::from_secs(30));
        assert_eq!(limits.time, Duration::from_secs(120));
    }
}
