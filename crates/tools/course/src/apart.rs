//! Copies the programs of a check and the answers that it reads to a folder of their own. So the
//! next check may be built in the shared folder while this one still runs.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use check::RECORDED;

use crate::checkout::Assigned;
use crate::failed::Failed;
use crate::judged::Judged;
use crate::kit::{executable, executables};

/// The file that a process keeps locked as long as it uses a folder.
const LOCK: &str = ".lock";

/// A folder with everything that a check needs to run; dropping it removes the folder.
pub(crate) struct Apart {
    folder: PathBuf,
    check: PathBuf,
    _used: File,
}

impl Apart {
    /// Collects what cargo has `built` of this tree. The tree may be built again after it is released.
    pub(crate) fn new(judged: &Judged, assigned: &Assigned, built: &str) -> Result<Self, Failed> {
        let check = executable(built, &assigned.exercise.check_target())?;
        let all = judged.target.join("checks");
        let folder = all.join(process::id().to_string());
        let failed = |error: io::Error| format!("{}: {error}", folder.display());
        clear(&all);
        fs::create_dir_all(&folder).map_err(failed)?;
        let used = File::create(folder.join(LOCK)).map_err(failed)?;
        // Fails only if a process with the same pid in another container uses the folder.
        used.try_lock().map_err(|error| failed(error.into()))?;
        let apart = Self {
            check: folder.join(check.file_name().unwrap_or_default()),
            folder: folder.clone(),
            _used: used,
        };
        for program in executables(built) {
            let link = folder.join(program.file_name().unwrap_or_default());
            // A later build replaces the file instead of changing it, so the link keeps this version.
            fs::hard_link(&program, link).map_err(failed)?;
        }
        for file in assigned.exercise.files() {
            if assigned.exercise.functions_in(file).next().is_none() {
                let from = judged.folder.join(assigned.in_tree(file));
                let to = folder.join(file.file_name().unwrap_or_default());
                fs::copy(from, to).map_err(failed)?;
            }
        }
        Ok(apart)
    }

    /// The command that runs the check on this folder. Its temporary files are in the folder, too,
    /// because it may be killed before it has removed them.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.check);
        command.arg("--report").env("CHECK_FILES", &self.folder);
        command.env("TMPDIR", &self.folder);
        command
    }

    /// The command that runs only this check, recorded, and prints its log.
    pub(crate) fn recorded(&self, name: &str) -> Command {
        let mut command = Command::new(&self.check);
        command
            .args([RECORDED, name])
            .env("CHECK_FILES", &self.folder);
        command.env("TMPDIR", &self.folder);
        command
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

/// Removes the folders of processes that were killed. Only one process may call it at a time.
fn clear(all: &Path) {
    for entry in fs::read_dir(all).into_iter().flatten().flatten() {
        let lock = File::open(entry.path().join(LOCK));
        if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _none_or_gone = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;

    #[test]
    fn a_folder_in_use_is_not_removed_and_one_left_behind_is() {
        let all = env::temp_dir().join(format!("course-checks-{}", process::id()));
        let [used, left] = ["1", "2"].map(|name| all.join(name));
        let locks = [&used, &left].map(|folder| {
            fs::create_dir_all(folder).unwrap();
            File::create(folder.join(LOCK)).unwrap()
        });
        locks[0].lock().unwrap();
        clear(&all);
        assert!(used.exists() && !left.exists());
        drop(locks);
        clear(&all);
        assert!(!used.exists());
        fs::remove_dir_all(&all).unwrap();
    }
}
