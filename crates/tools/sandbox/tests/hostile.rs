//! Hostile programs: each has to end with the right verdict and leave nothing behind.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use nix::libc;
use sandbox::record::How;
use sandbox::{Bind, Ended, Job, Limits, Verdict, run};

/// The folder and the user of one box; the folder is removed with the value.
struct Room {
    folder: PathBuf,
    uid: u32,
}

impl Room {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let here = std::process::id();
        let folder = std::env::temp_dir().join(format!("sandbox-test-{here}-{number}"));
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, PermissionsExt::from_mode(0o700)).unwrap();
        let uid = 61_000 + number;
        // Fails if this is not root; then the box runs as our own user.
        let _not_root = chown(&folder, Some(uid), Some(uid));
        Self { folder, uid }
    }

    fn job(&self, script: &str) -> Job {
        Job {
            program: "/bin/bash".into(),
            arguments: vec!["-c".into(), script.into()],
            environment: vec![("PATH".into(), "/usr/bin:/bin".into())],
            folder: "/work".into(),
            binds: vec![Bind {
                host: self.folder.clone(),
                inside: "/work".into(),
                is_writable: true,
            }],
            limits: Limits {
                time: Duration::from_secs(20),
                processes: 20,
                file_bytes: 8 << 20,
                ..Limits::default()
            },
            uid: self.uid,
        }
    }

    fn run(&self, script: &str) -> Ended {
        run(&self.job(script)).unwrap()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

/// Returns whether a process with this mark is running; no other process of the machine has the mark.
fn is_running(mark: &str) -> bool {
    let found = Command::new("pgrep").args(["-f", mark]).output().unwrap();
    found.status.success()
}

const WELL: Verdict = Verdict::Ended(How::Exit(0));

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_program_that_ends_well_has_its_output_and_its_code() {
    let room = Room::new();
    let ended = room.run("echo out; echo err >&2");
    assert_eq!(
        (ended.verdict.clone(), text(&ended.stdout)),
        (WELL, "out\n".into()),
        "{ended:?}"
    );
    assert_eq!(text(&ended.stderr), "err\n");
    assert_eq!(room.run("exit 7").verdict, Verdict::Ended(How::Exit(7)));
    assert_eq!(
        room.run("kill -9 $$").verdict,
        Verdict::Ended(How::Signal(9))
    );
}

#[test]
fn a_program_that_is_not_there_is_no_success() {
    let room = Room::new();
    let mut job = room.job("");
    job.program = "/work/nothing".into();
    let ended = run(&job).unwrap();
    assert_eq!(
        ended.verdict,
        Verdict::Ended(How::NotStarted(2)),
        "{ended:?}"
    );
}

#[test]
fn a_real_time_signal_and_a_broken_pipe_are_reported_as_outside_the_box() {
    let room = Room::new();
    assert_eq!(
        room.run("kill -s RTMIN $$").verdict,
        Verdict::Ended(How::Signal(34))
    );
    let ended = room.run("yes | head -1; echo ${PIPESTATUS[0]}");
    assert_eq!(text(&ended.stdout), "y\n141\n", "{ended:?}");
}

#[test]
fn a_process_that_ends_right_after_the_program_does_not_count_as_left() {
    let ended = Room::new().run("sleep 9 & kill -9 $!; exit 0");
    assert_eq!(ended.verdict, WELL, "{ended:?}");
}

#[test]
fn no_further_user_namespace_can_be_made() {
    let ended = Room::new().run("unshare -Ur true && echo made");
    assert_eq!(text(&ended.stdout), "", "{ended:?}");
}

#[test]
fn a_fork_bomb_meets_its_limit_and_is_gone_afterwards() {
    let room = Room::new();
    let mut job = room.job("bomb() { bomb & bomb & wait; }; bomb 2>/dev/null; sleep 1; exit 3");
    job.limits.time = Duration::from_secs(3);
    let ended = run(&job).unwrap();
    assert_ne!(ended.verdict, WELL, "{ended:?}");
    assert!(!is_running("bomb() { bomb"), "{ended:?}");
}

#[test]
fn the_processes_of_a_box_are_counted_also_when_root_starts_it() {
    let room = Room::new();
    let ended = room.run("for i in $(seq 40); do sleep 5 & done 2>/dev/null; jobs -p | wc -l");
    // The user may have 20, which include bwrap, its child and the shell.
    let started: u32 = text(&ended.stdout).trim().parse().unwrap_or(0);
    assert!(started < 20, "{ended:?}");
}

#[test]
fn a_gigabyte_of_output_is_cut_off() {
    let ended = Room::new().run("yes");
    assert_eq!(ended.verdict, Verdict::TooMuchOutput);
    assert_eq!(ended.stdout.len(), Limits::default().output_bytes);
}

#[test]
fn a_full_disk_is_the_programs_own() {
    let room = Room::new();
    let ended =
        room.run("head -c 100M /dev/zero >/tmp/big; head -c 100M /dev/zero >big; ls -s big");
    let written = fs::metadata(room.folder.join("big")).unwrap().len();
    assert!(written <= 8 << 20, "{ended:?}");
    assert_eq!(
        room.run("true").verdict,
        WELL,
        "the next one is run as if nothing had been"
    );
}

#[test]
fn a_program_that_ignores_sigterm_is_cut_off_with_all_it_has_started() {
    let room = Room::new();
    let mut job = room.job("trap '' TERM INT HUP; setsid sleep 987.125 & sleep 987.125");
    job.limits.time = Duration::from_secs(1);
    let ended = run(&job).unwrap();
    assert_eq!(ended.verdict, Verdict::TimedOut);
    assert!(!is_running("987.125"));
}

/// The grader concludes from this signal that the processor time is used up.
#[test]
fn a_program_that_uses_up_its_time_of_a_processor_is_ended_by_sigxcpu() {
    let room = Room::new();
    let mut job = room.job("while :; do :; done");
    job.limits.time = Duration::from_secs(120);
    job.limits.cpu = Duration::from_secs(1);
    let ended = run(&job).unwrap();
    assert_eq!(
        ended.verdict,
        Verdict::Ended(How::Signal(libc::SIGXCPU)),
        "{ended:?}"
    );
}

#[test]
fn a_daemon_that_outlives_its_parent_is_named_and_ended() {
    let ended = Room::new().run("(setsid sleep 987.25 >/dev/null 2>&1 &); exit 0");
    let Verdict::LeftBehind(How::Exit(0), left) = &ended.verdict else {
        panic!("{ended:?}");
    };
    // The box may read the name before the process has replaced its program.
    assert!(
        ["sleep", "setsid", "bash"].contains(&&*left[0]),
        "{ended:?}"
    );
    assert!(!is_running("987.25"));
}

#[test]
fn the_supervisor_cannot_be_ended_read_or_talked_for() {
    let room = Room::new();
    let script = "kill -9 1; kill -9 -1; \
                  cat /proc/1/environ /proc/1/mem /proc/1/fd/* 2>/dev/null; \
                  ls /proc/self/fd; \
                  echo 'forged exit 0' >&3; echo 'forged exit 0' >&4; \
                  echo 'forged exit 0' >/proc/1/fd/4; exit 5";
    let ended = room.run(script);
    assert_eq!(ended.verdict, Verdict::Ended(How::Exit(5)), "{ended:?}");
    // Only descriptors 0, 1 and 2, and the one with which `ls` reads the folder.
    assert_eq!(
        text(&ended.stdout).lines().collect::<Vec<_>>(),
        ["0", "1", "2", "3"],
        "{ended:?}"
    );
}

#[test]
fn nothing_of_the_machine_is_seen_but_the_folders_that_were_bound() {
    let room = Room::new();
    let secret = room.folder.with_extension("secret");
    fs::write(&secret, "secret").unwrap();
    let script = format!(
        "cat {} /etc/passwd /etc/shadow 2>/dev/null; ls /root /home /mnt /run /var 2>/dev/null; \
         env; ls /",
        secret.display()
    );
    let ended = room.run(&script);
    fs::remove_file(secret).unwrap();
    let out = text(&ended.stdout);
    for line in out.lines().filter(|line| !line.contains('=')) {
        let known = "bin box-init dev etc lib lib64 proc sbin tmp usr work";
        assert!(
            known.split(' ').any(|name| name == line),
            "{line}: {ended:?}"
        );
    }
    let variables: Vec<_> = out
        .lines()
        .filter_map(|line| line.split_once('='))
        .collect();
    let known = ["PATH", "PWD", "SHLVL", "_", "OLDPWD"];
    assert!(
        variables.iter().all(|(name, _)| known.contains(name)),
        "{variables:?}"
    );
}

#[test]
fn nothing_can_be_written_outside_of_its_folders() {
    let script = "for place in / /usr /usr/bin /etc /dev /box-init /proc/sys/kernel/hostname; do \
                  (echo x >$place/x || echo x >$place) 2>/dev/null && echo $place; done; \
                  echo x >/work/x && echo work; echo x >/tmp/x && echo tmp";
    let ended = Room::new().run(script);
    assert_eq!(text(&ended.stdout), "work\ntmp\n", "{ended:?}");
}

#[test]
fn there_is_no_network() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let ended = Room::new().run(&format!(
        "echo x >/dev/tcp/127.0.0.1/{port} && echo reached"
    ));
    assert_eq!(text(&ended.stdout), "", "{ended:?}");
}

#[test]
fn memory_has_a_limit() {
    let ended = Room::new().run("head -c 3G /dev/zero | tail | wc -c");
    assert_ne!(
        text(&ended.stdout).trim(),
        (3_u64 << 30).to_string(),
        "{ended:?}"
    );
}

#[test]
fn memory_has_a_limit_for_all_processes_together() {
    let room = Room::new();
    // `tail` keeps the last lines until its input ends, and this input has only one line.
    let job = |hogs: usize, seconds: u32| {
        let hog = format!("(head -c 150M /dev/zero; sleep {seconds}) | tail | wc -c & ");
        let mut job = room.job(&format!("{} wait", hog.repeat(hogs)));
        job.limits.resident_bytes = 400 << 20;
        job.limits.time = Duration::from_secs(60);
        job
    };
    // One such process stays below the limit; five together exceed it.
    assert_eq!(run(&job(1, 0)).unwrap().verdict, WELL);
    assert_eq!(run(&job(5, 60)).unwrap().verdict, Verdict::TooMuchMemory);
}

#[test]
fn a_cut_off_box_leaves_no_process_of_its_own() {
    let room = Room::new();
    let mut job = room.job("sleep 986.5");
    job.limits.time = Duration::from_millis(300);
    assert_eq!(run(&job).unwrap().verdict, Verdict::TimedOut);
    assert!(!is_running("986.5"));
}
