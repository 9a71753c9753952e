//! For a box that root starts: shows its folders to the box's user in a mount namespace of its own.
//!
//! The kernel counts processes by user and does not count root's, so each box that root starts runs
//! as a user of its own. That user may not enter root's folders (a toolchain below /root, say), and
//! bubblewrap, which runs as that user, could not bind them. So they are bound to places that any
//! user may open and that only the box's processes see.

use std::ffi::{CStr, CString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use nix::fcntl::{OFlag, open};
use nix::libc;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::sys::stat::Mode;
use nix::unistd::{Gid, Uid, mkdir, setgroups, setresgid, setresuid};

/// A folder that every system has. The stage is mounted over it, for the box alone.
const PLACE: &CStr = c"/mnt";

/// A folder or file on the stage.
struct Shown {
    host: PathBuf,
    from: CString,
    to: CString,
    is_folder: bool,
}

/// The folders and files that the box's user will see. Made before the fork, because between fork
/// and exec it may only make system calls.
pub(crate) struct Stage(Vec<Shown>);

impl Stage {
    pub(crate) fn new(hosts: impl Iterator<Item = PathBuf>) -> io::Result<Self> {
        let show = |(number, host): (usize, PathBuf)| {
            let is_folder = host.metadata()?.is_dir();
            let from = CString::new(host.as_os_str().as_bytes())?;
            let to = CString::new(format!("/mnt/{number}"))?;
            Ok(Shown {
                host,
                from,
                to,
                is_folder,
            })
        };
        Ok(Self(
            hosts.enumerate().map(show).collect::<io::Result<_>>()?,
        ))
    }

    /// The path at which the box's user finds a path of this machine.
    pub(crate) fn place_of(&self, host: &Path) -> Option<PathBuf> {
        let shown = self.0.iter().find(|shown| shown.host == host)?;
        Some(PathBuf::from(std::ffi::OsStr::from_bytes(
            shown.to.to_bytes(),
        )))
    }

    /// In the child: makes the namespace and binds all places in it.
    pub(crate) fn set(&self) -> nix::Result<()> {
        let nothing = None::<&CStr>;
        unshare(CloneFlags::CLONE_NEWNS)?;
        // Otherwise, what is mounted here would appear for all processes.
        let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
        mount(nothing, c"/", nothing, private, nothing)?;
        mount(
            Some(c"stage"),
            PLACE,
            Some(c"tmpfs"),
            MsFlags::empty(),
            Some(c"mode=755"),
        )?;
        for shown in &self.0 {
            match shown.is_folder {
                true => mkdir(&*shown.to, Mode::from_bits_truncate(0o755))?,
                false => drop(open(
                    &*shown.to,
                    OFlag::O_CREAT,
                    Mode::from_bits_truncate(0o644),
                )?),
            }
            let bind = MsFlags::MS_BIND | MsFlags::MS_REC;
            mount(Some(&*shown.from), &*shown.to, nothing, bind, nothing)?;
        }
        Ok(())
    }

    /// In the child: becomes the box's user, and cannot become root again.
    pub(crate) fn leave_root(uid: u32) -> nix::Result<()> {
        let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(uid));
        setgroups(&[])?;
        setresgid(gid, gid, gid)?;
        setresuid(uid, uid, uid)?;
        // SAFETY: three numbers.
        nix::errno::Errno::result(unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) })?;
        Ok(())
    }
}
