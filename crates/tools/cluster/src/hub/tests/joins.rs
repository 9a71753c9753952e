//! Peers that may not join.

use super::*;

#[test]
fn a_peer_of_another_version_is_refused_with_both_versions() {
    let (address, asked, running) = hub();
    let stream = TcpStream::connect(address).unwrap();
    let hello = Hello {
        version: VERSION + 1,
        role: Role::Worker,
        name: "new".to_owned(),
    };
    let noise = login::connect(&stream, &Key::none(), &hello).unwrap();
    let line = Line::new(stream, noise, String::new()).unwrap();
    let answer = line.recv::<FromCluster>(LIMIT).unwrap();
    let [FromCluster::Machine(FromScheduler::Refused { why })] = &line.note(answer)[..] else {
        panic!("it was not refused");
    };
    assert_eq!(
        *why,
        format!("it speaks version {VERSION}, and not {}", VERSION + 1)
    );
    asked.store(1, Ordering::Relaxed);
    running.join().unwrap().unwrap();
}

/// A refusal is final, but the next scheduler may be about to start.
#[test]
fn a_peer_that_comes_while_the_scheduler_ends_is_not_refused() {
    let (address, events) = lobby();
    let mut hub = in_memory(&Arc::default());
    hub.ended = Some(Instant::now());
    let peer = Joined::new(address, Role::Client);
    hub.take_in(events.recv().unwrap()).unwrap();
    assert!(hub.links.is_empty());
    assert!(receives_nothing(&peer));
}
