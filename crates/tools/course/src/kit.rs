//! Prepares an exercise for grading, once: builds its checks and programs from the reference with
//! cargo, and finds out which of them must be rebuilt for a student's files.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::checkout::{Assigned, Course};
use crate::failed::Failed;
use crate::pace;
use crate::units::{UNITS, Unit, units, wrapper};

/// An exercise that is ready to be graded.
#[derive(Debug, Clone)]
pub(crate) struct Kit {
    pub(crate) assigned: Assigned,
    /// The pieces to build from the student's files, in this order.
    pub(crate) steps: Vec<Step>,
    /// The program with the checks.
    pub(crate) check: PathBuf,
    /// The programs of the lesson that the checks may run, at the paths where the checks look for them.
    pub(crate) programs: Vec<PathBuf>,
    /// The folder of libraries for rustc, without those that are rebuilt.
    pub(crate) libraries: PathBuf,
    /// The folder where cargo keeps all libraries; in the box, `libraries` is mounted there.
    pub(crate) dependencies: PathBuf,
    /// The folder of rustc and its own libraries.
    pub(crate) toolchain: PathBuf,
}

/// A piece to be rebuilt for each submission.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) unit: Unit,
    /// Where the result is looked for; for a program, the path to which cargo copies it.
    pub(crate) path: PathBuf,
}

impl Kit {
    /// Builds the checks of an exercise from the reference.
    pub(crate) fn ready(course: &Course, assigned: &Assigned) -> Result<Self, Failed> {
        let exercise = &assigned.exercise;
        let target = course.target(exercise.explores);
        let folder = target.join("units");
        fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        let mut artifacts = build(course, assigned, &target, &folder)?;
        // After the build, which has read the compiler from the disk.
        pace::measure(&folder);
        artifacts.retain(|one| !one.is_program || exercise.runs(&one.name));
        let all = units(&folder);
        let made = |artifact: &Artifact| {
            let is_it = |unit: &&Unit| is_same_file(&unit.file(), &artifact.file);
            all.iter().find(is_it).cloned().map(|unit| Step {
                unit,
                path: artifact.file.clone(),
            })
        };
        let of_lesson: Vec<Step> = artifacts.iter().filter_map(made).collect();
        let check = artifacts
            .iter()
            .find(|one| one.name == exercise.check_target());
        let check = check.ok_or_else(|| {
            let (id, target) = (assigned.id(), exercise.check_target());
            format!("{id} has no checks: the lesson's manifest has no test {target}")
        })?;
        let programs = artifacts.iter().filter(|one| one.is_program);
        let programs = programs.map(|program| program.file.clone()).collect();
        let dependencies = target.join(profile(exercise.explores)).join("deps");
        let steps = steps(assigned, &of_lesson)?;
        let rebuilt: BTreeSet<&str> = steps.iter().map(|step| &*step.unit.name).collect();
        Ok(Self {
            check: check.file.clone(),
            programs,
            libraries: libraries(&target, assigned, &dependencies, &rebuilt)?,
            steps,
            dependencies,
            toolchain: toolchain(&course.root)?,
            assigned: assigned.clone(),
        })
    }
}

/// A build result of the lesson's package.
struct Artifact {
    name: String,
    file: PathBuf,
    is_program: bool,
}

fn profile(explores: bool) -> &'static str {
    if explores { "explore" } else { "debug" }
}

/// Settings for a fast build, because every submission is compiled and linked: no debug information, no
/// splitting into parts, which costs more processor time in total, and no state for a next build. They
/// save a third of the time.
const QUICK_TO_BUILD: [(&str, &str); 4] = [
    ("CARGO_PROFILE_DEV_DEBUG", "false"),
    ("CARGO_PROFILE_DEV_STRIP", "debuginfo"),
    ("CARGO_PROFILE_DEV_CODEGEN_UNITS", "1"),
    ("CARGO_INCREMENTAL", "0"),
];

/// Builds the checks, the lesson and its programs with cargo.
fn build(
    course: &Course,
    assigned: &Assigned,
    target: &Path,
    units: &Path,
) -> Result<Vec<Artifact>, Failed> {
    let own = wrapper().map_err(|error| format!("this program has no path: {error}"))?;
    let form = "json-render-diagnostics";
    let mut command = cargo(&course.root, assigned, target, form);
    command
        .env("RUSTC_WORKSPACE_WRAPPER", own)
        .env(UNITS, units)
        .envs(QUICK_TO_BUILD);
    artifacts(command, &assigned.folder.join("Cargo.toml"))
}

/// A cargo command in this folder, without the environment that cargo has set for this program.
pub(crate) fn plain_cargo(root: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).env_remove("RUSTFLAGS");
    let by_cargo = |name: &str| name.starts_with("CARGO_") && name != "CARGO_HOME";
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(by_cargo) {
            command.env_remove(name);
        }
    }
    command
}

/// The command that builds the checks of an exercise, in the course or in a copy of it. `form` is
/// the format of its messages.
pub(crate) fn cargo(root: &Path, assigned: &Assigned, target: &Path, form: &str) -> Command {
    let exercise = &assigned.exercise;
    let mut command = plain_cargo(root);
    command.args(["test", "--no-run", "--quiet", "--message-format", form]);
    command.args(["-p", &assigned.lesson, "--test", &exercise.check_target()]);
    command.arg("--target-dir").arg(target);
    if exercise.explores {
        command
            .args(["--profile", "explore"])
            .env("RUSTFLAGS", "--cfg explore");
    }
    command
}

/// The build results of the package with this manifest.
fn artifacts(mut command: Command, manifest: &Path) -> Result<Vec<Artifact>, Failed> {
    let built = command.stdin(Stdio::null()).stdout(Stdio::piped()).output();
    let built = built.map_err(|error| format!("cannot run cargo: {error}"))?;
    if !built.status.success() {
        let errors = String::from_utf8_lossy(&built.stderr);
        return Err(format!("the course does not build here:\n{}", errors.trim_end()).into());
    }
    let text = String::from_utf8_lossy(&built.stdout);
    let of_lesson = messages(&text).filter(|message| {
        let its = message.get("manifest_path").and_then(Value::as_str);
        its.is_some_and(|its| Path::new(its) == manifest)
    });
    Ok(of_lesson.filter_map(|message| artifact(&message)).collect())
}

/// The JSON messages of cargo, one on a line.
fn messages(text: &str) -> impl Iterator<Item = Value> {
    text.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
}

/// The path of the program of this name in the messages of cargo.
pub(crate) fn executable(printed: &str, name: &str) -> Result<PathBuf, Failed> {
    let its = programs(printed).find(|program| program.name == name);
    its.map(|program| program.file)
        .ok_or_else(|| Failed::Other(format!("cargo has not built {name}")))
}

/// The paths of all programs in the messages of cargo.
pub(crate) fn executables(printed: &str) -> impl Iterator<Item = PathBuf> {
    programs(printed).map(|program| program.file)
}

/// The artifacts that are programs. A library may have the same name as a program.
fn programs(printed: &str) -> impl Iterator<Item = Artifact> {
    let built = messages(printed).filter_map(|message| artifact(&message));
    built.filter(|one| one.file.extension().is_none_or(|end| end != "rlib"))
}

fn artifact(message: &Value) -> Option<Artifact> {
    if message.get("reason")?.as_str()? != "compiler-artifact" {
        return None;
    }
    let target = message.get("target")?;
    let kind = target.get("kind")?.get(0)?.as_str()?;
    let files = message.get("filenames")?.as_array()?;
    let files = files.iter().filter_map(Value::as_str);
    let executable = message.get("executable")?.as_str();
    let mut libraries = files.filter(|file| file.ends_with(".rlib"));
    Some(Artifact {
        name: target.get("name")?.as_str()?.to_owned(),
        file: PathBuf::from(executable.or_else(|| libraries.next())?),
        is_program: kind == "bin",
    })
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    match (one.metadata(), other.metadata()) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}

/// The units that are built from a student's file, and those that use such a unit, in the order to
/// build them: the library first.
fn steps(assigned: &Assigned, of_lesson: &[Step]) -> Result<Vec<Step>, Failed> {
    let files: BTreeSet<PathBuf> = assigned
        .exercise
        .holes
        .iter()
        .map(|hole| assigned.folder.join(&hole.file))
        .collect();
    let mut steps: Vec<Step> = Vec::new();
    let mut libraries_first: Vec<&Step> = of_lesson.iter().collect();
    libraries_first.sort_by_key(|step| !step.unit.is_library());
    for step in libraries_first {
        let has_file = step
            .unit
            .sources()?
            .iter()
            .any(|source| files.contains(source));
        let rebuilt: BTreeMap<PathBuf, ()> =
            steps.iter().map(|step| (step.unit.file(), ())).collect();
        let uses_one = step.unit.externs().any(|(_, _, path)| {
            rebuilt.contains_key(path) || rebuilt.contains_key(&path.with_extension("rlib"))
        });
        if has_file || uses_one {
            steps.push(step.clone());
        }
    }
    match steps.is_empty() && !assigned.exercise.holes.is_empty() {
        false => Ok(steps),
        true => Err(format!("{}: its checks use none of its files", assigned.id()).into()),
    }
}

/// A folder with the libraries of cargo's except those that are rebuilt, because their bodies are
/// what the exercise asks for. The files are hard links.
fn libraries(
    target: &Path,
    assigned: &Assigned,
    dependencies: &Path,
    rebuilt: &BTreeSet<&str>,
) -> Result<PathBuf, Failed> {
    let folder = target.join("libraries").join(assigned.id());
    let failed = |error: std::io::Error| format!("cannot make {}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    fs::create_dir_all(&folder).map_err(failed)?;
    for file in fs::read_dir(dependencies).map_err(failed)? {
        let path = file.map_err(failed)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let is_library = [".rlib", ".rmeta", ".so"]
            .iter()
            .any(|end| name.ends_with(end));
        let krate = name
            .trim_start_matches("lib")
            .rsplit_once('-')
            .map_or("", |(krate, _)| krate);
        if is_library && !rebuilt.contains(krate) {
            fs::hard_link(&path, folder.join(&name)).map_err(failed)?;
        }
    }
    Ok(folder)
}

/// The folder of rustc in the toolchain that is selected for this folder.
fn toolchain(root: &Path) -> Result<PathBuf, Failed> {
    let mut rustc = Command::new("rustc");
    let printed = rustc
        .args(["--print", "sysroot"])
        .current_dir(root)
        .output();
    let printed = printed.map_err(|error| format!("cannot run rustc: {error}"))?;
    match String::from_utf8(printed.stdout) {
        Ok(path) if printed.status.success() => Ok(PathBuf::from(path.trim())),
        _ => Err("rustc does not say where it is".to_owned().into()),
    }
}
