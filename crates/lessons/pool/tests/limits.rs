//! A system without room: no processes, no descriptors, no memory.
#![expect(clippy::unwrap_used, reason = "a test may")]

use lesson_test::with_limit;
use multiprocess::active_children;
use nix::sys::resource::Resource;
use nix::unistd::{Uid, getuid, setuid};
use pool::{Cause, Pool, PoolError};

lesson_test::forking_tests![
    a_pool_whose_workers_cannot_be_forked_is_an_error,
    a_pool_without_descriptors_is_an_error,
    a_pool_without_memory_is_an_error,
    a_pool_of_more_workers_than_any_system_has_room_for_is_an_error_at_once,
    a_limit_on_the_size_of_files_refuses_a_long_argument_alone,
];

fn square(number: u64) -> u64 {
    number * number
}

fn a_pool_whose_workers_cannot_be_forked_is_an_error() {
    if getuid().is_root() {
        // The superuser has no limit on processes; this user has one, and no other process.
        setuid(Uid::from_raw(65_533)).unwrap();
    }
    // One more than the test, the supervisor, and one worker.
    let none = with_limit(Resource::RLIMIT_NPROC, 1, || Pool::new(2, square)).unwrap_err();
    assert!(matches!(none, PoolError::Start(_)), "{none}");
    assert!(none.to_string().contains("fork"), "{none}");
    if getuid() == Uid::from_raw(65_533) {
        with_limit(Resource::RLIMIT_NPROC, 3, || {
            let few = Pool::new(2, square).unwrap_err();
            assert!(matches!(few, PoolError::Supervisor(_)), "{few}");
            assert!(few.to_string().contains("fork"), "{few}");
            assert_eq!(active_children(), []);
            assert_eq!(Pool::new(1, square).unwrap().apply(3).unwrap(), 9);
        });
    }
}

fn a_pool_without_descriptors_is_an_error() {
    let mut refusals = 0;
    for descriptors in 3..40 {
        with_limit(Resource::RLIMIT_NOFILE, descriptors, || {
            match Pool::new(2, square) {
                Ok(pool) => assert_eq!(pool.apply(3).unwrap(), 9),
                Err(error) => {
                    assert!(error.to_string().contains("open files"), "{error}");
                    refusals += 1;
                }
            }
            assert_eq!(active_children(), []);
        });
    }
    assert!((5..37).contains(&refusals), "{refusals}");
}

/// Each worker takes a page of memory in the owner, so a page would be the first thing to be refused.
fn a_pool_of_more_workers_than_any_system_has_room_for_is_an_error_at_once() {
    for workers in [4097, usize::MAX] {
        let none = Pool::new(workers, square).unwrap_err().to_string();
        assert!(none.contains(&format!("{workers} workers")), "{none}");
        assert!(none.contains("4096"), "{none}");
    }
}

/// A write beyond that limit would kill the owner.
fn a_limit_on_the_size_of_files_refuses_a_long_argument_alone() {
    let pool = Pool::new(2, |bytes: Vec<u8>| bytes.len() as u64).unwrap();
    with_limit(Resource::RLIMIT_FSIZE, 2 << 20, || {
        let refused = pool.apply(vec![0; 3 << 20]).unwrap_err();
        assert!(matches!(refused.cause, Cause::Refused(_)), "{refused}");
        assert!(refused.to_string().contains("large"), "{refused}");
        assert_eq!(pool.apply(vec![0; 1 << 20]), Ok(1 << 20));
    });
    assert_eq!(pool.apply(vec![0; 3 << 20]), Ok(3 << 20));
    pool.join().unwrap();
}

fn a_pool_without_memory_is_an_error() {
    let pool = with_limit(Resource::RLIMIT_AS, 1 << 20, || Pool::new(2, square));
    let error = pool.unwrap_err();
    assert!(matches!(error, PoolError::Os(_)), "{error}");
    assert!(error.to_string().contains("memory"), "{error}");
}
