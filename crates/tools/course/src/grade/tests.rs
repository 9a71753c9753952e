use lesson_test::Folder;

use super::*;
use crate::supervise::Interrupt;

#[test]
fn a_submission_that_cannot_be_built_does_not_end_the_class() {
    let mut course = Course::find().unwrap();
    let answer = course
        .root
        .join("crates/lessons/ipc-pipe/exercises/forgotten-end/right");
    let answer = answer.join("closes-first.rs");
    course.root = PathBuf::from("/dev/null/checkout");
    let runner = Runner::Bare(Interrupt::noticed().unwrap());
    let grading = Grading {
        course: &course,
        seed: 1,
        jobs: 2,
        is_drawn: false,
        runner: &runner,
    };
    let empty = Folder::new();
    let exercise = course.exercise("forgotten-end").unwrap();
    let other = course.exercise("sync/event").unwrap();
    let handed = [
        (answer.clone(), vec![exercise]),
        (empty.root().to_owned(), vec![exercise, other]),
        (answer, vec![exercise, other]),
    ];
    let graded = grading.all(&handed, |_| false, |_, _| ()).unwrap();
    let verdicts: Vec<_> = graded
        .iter()
        .map(|one| (&*one.exercise, one.verdict))
        .collect();
    let (ours, theirs) = (Verdict::GraderError, Verdict::Refused);
    let [one, two] = ["ipc-pipe/forgotten-end", "sync/event"];
    assert_eq!(
        verdicts,
        [
            (one, ours),
            (one, theirs),
            (two, theirs),
            (one, ours),
            (two, ours)
        ]
    );
}

#[test]
fn what_could_not_be_prepared_is_tried_again_once_when_that_is_allowed() {
    let mut course = Course::find().unwrap();
    let exercise = course.exercise("forgotten-end").unwrap().clone();
    let all = Ready::all([&exercise].into_iter());
    let ready = &all[0];
    let mut fails_at = |root: &str| {
        course.root = PathBuf::from(root);
        ready.kit(&course).unwrap_err().to_string()
    };
    let first = fails_at("/dev/null/one");
    assert!(first.contains("/dev/null/one"), "{first}");
    assert_eq!(fails_at("/dev/null/two"), first, "not for each submission");
    ready.try_again();
    let second = fails_at("/dev/null/two");
    assert!(second.contains("/dev/null/two"), "{second}");
}

#[test]
fn a_submission_that_can_be_read_only_later_costs_no_points() {
    let course = Course::find().unwrap();
    let exercise = course.exercise("forgotten-end").unwrap();
    let runner = Runner::Boxes(Interrupt::example());
    let grading = Grading {
        course: &course,
        seed: 1,
        jobs: 1,
        is_drawn: false,
        runner: &runner,
    };
    let answer = "exercises/forgotten-end/right/closes-first.rs";
    let task = Task {
        path: &exercise.folder.join(answer),
        is_readable: false,
        assigned: Some(exercise),
        beside: Vec::new(),
    };
    let why = grading.one(&task, None, 0).unwrap_err().to_string();
    assert!(why.contains("grade it again"), "{why}");
}

/// Grades these submissions, which are not there.
fn graded(
    names: &[&str],
    jobs: usize,
    interrupt: &Interrupt,
    doubtful: impl Fn(&Graded) -> bool + Sync,
    report: impl Fn(usize, &Graded) + Sync,
) -> Vec<Graded> {
    let course = Course::find().unwrap();
    let runner = Runner::Boxes(interrupt.clone());
    let grading = Grading {
        course: &course,
        seed: 1,
        jobs,
        is_drawn: false,
        runner: &runner,
    };
    let handed: Vec<Handed<'_>> = names.iter().map(|name| (name.into(), vec![])).collect();
    grading.all(&handed, doubtful, report).unwrap()
}

fn verdicts(graded: &[Graded]) -> Vec<Verdict> {
    graded.iter().map(|one| one.verdict).collect()
}

#[test]
fn results_until_a_signal_are_kept() {
    let interrupt = Interrupt::example();
    let graded = graded(
        &["a.rs", "b.rs", "c.rs"],
        1,
        &interrupt,
        |_| false,
        |index, _| {
            if index == 1 {
                interrupt.come();
            }
        },
    );
    assert_eq!(verdicts(&graded), [Verdict::GraderError; 2]);
}

#[test]
fn a_panic_of_the_grader_on_one_submission_is_an_error_of_that_one() {
    let names = ["a.rs", "b.rs"];
    let graded = graded(
        &names,
        1,
        &Interrupt::example(),
        |_| false,
        |index, _| {
            assert!(index > 0, "on purpose");
        },
    );
    assert_eq!(verdicts(&graded), [Verdict::GraderError; 2]);
    let why = unless_it_panics(|| panic!("on purpose")).map(|(): ()| ());
    assert!(why.unwrap_err().to_string().contains("has panicked"));
}

#[test]
fn no_limit_is_a_fault_by_itself_and_a_deadlock_only_if_it_is_proved() {
    let is_uncertain = |verdict, is_sure| {
        let mut graded = Graded::example(verdict);
        for outcome in &mut graded.outcomes {
            outcome.fault.as_mut().unwrap().is_sure = is_sure;
        }
        graded.is_uncertain()
    };
    for (verdict, of_a_sure_one) in [
        (Verdict::GraderError, true),
        (Verdict::Timeout, true),
        (Verdict::Deadlock, false),
    ] {
        assert!(is_uncertain(verdict, false), "{verdict}");
        assert_eq!(is_uncertain(verdict, true), of_a_sure_one, "{verdict}");
    }
    assert!(!is_uncertain(Verdict::Fail, false));
}

#[test]
fn a_fault_is_uncertain_if_a_measured_time_decided() {
    let mut graded = Graded::example(Verdict::Fail);
    graded.outcomes[0].fault.as_mut().unwrap().is_by_clock = true;
    assert!(graded.is_uncertain());
}

#[test]
fn a_crash_that_another_process_may_have_caused_is_uncertain() {
    let lacked_memory = |verdict| Graded {
        lacked_memory: true,
        ..Graded::example(verdict)
    };
    for verdict in [Verdict::Crash, Verdict::Fail, Verdict::Deadlock] {
        assert!(lacked_memory(verdict).is_uncertain(), "{verdict}");
    }
    assert!(!lacked_memory(Verdict::Pass).is_uncertain());
    assert!(!Graded::example(Verdict::Crash).is_uncertain());
    let killed = sandbox::Ended {
        verdict: sandbox::Verdict::Ended(sandbox::record::How::Signal(9)),
        stdout: Vec::new(),
        stderr: Vec::new(),
        took: Duration::ZERO,
    };
    let killed = crate::outcomes::outcomes(&killed);
    assert!(Graded::new(Path::new("a.rs"), None, killed, 1).is_uncertain());
    assert!(kills().is_some(), "this kernel counts them");
}

#[test]
fn doubtful_submissions_are_graded_once_more_when_all_others_are_done() {
    let names = ["a.rs", "b.rs", "c.rs", "d.rs"];
    for jobs in [1, 3] {
        let order = Mutex::new(Vec::new());
        let is_doubtful = |graded: &Graded| {
            ["a.rs", "c.rs"]
                .iter()
                .any(|its| graded.submission.ends_with(its))
        };
        let graded = graded(
            &names,
            jobs,
            &Interrupt::example(),
            is_doubtful,
            |index, graded| {
                locked(&order).push((index, graded.before.is_some()));
            },
        );
        let mut order = order.into_inner().unwrap();
        order[..2].sort_unstable();
        assert_eq!(order, [(1, false), (3, false), (0, true), (2, true)]);
        let again: Vec<_> = graded.iter().map(|one| one.before.is_some()).collect();
        assert_eq!(
            again,
            [true, false, true, false],
            "in the order in which they were given"
        );
        let [first, ..] = &graded[..] else { panic!() };
        let before = first.before.as_ref().unwrap();
        assert!(
            first.took > before.took,
            "the time of both, and {:?} was that of one",
            before.took
        );
    }
}

#[test]
fn nothing_is_graded_once_more_after_a_signal() {
    let interrupt = Interrupt::example();
    let graded = graded(
        &["a.rs", "b.rs"],
        1,
        &interrupt,
        |graded| graded.submission.ends_with("a.rs"),
        |_, _| interrupt.come(),
    );
    let submissions: Vec<_> = graded.iter().map(|one| one.submission.clone()).collect();
    assert_eq!(submissions, [PathBuf::from("b.rs")]);
}
