//! The promises of the queue in one file. Each test runs in a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use ipc_queue::tiny::Queue;
use multiprocess::Process;

lesson_test::forking_tests![
    q08_three_writers_lose_and_double_nothing_and_keep_their_order,
    q09_each_item_goes_to_exactly_one_of_four_readers,
    q13_every_reader_sees_the_end,
];

fn item(writer: u8, number: u16) -> Vec<u8> {
    let [low, high] = number.to_le_bytes();
    vec![writer, low, high]
}

fn q08_three_writers_lose_and_double_nothing_and_keep_their_order() {
    let queue = Queue::new().unwrap();
    let start = |writer| {
        let queue = queue.clone();
        let write = move || (0..1000).try_for_each(|number| queue.put(&item(writer, number)));
        Process::start(format!("writer {writer}"), write).unwrap()
    };
    let writers: Vec<_> = (0..3).map(start).collect();
    let mut next = [0; 3];
    for _ in 0..3000 {
        let got = queue.get().unwrap().unwrap();
        let writer = got[0];
        assert_eq!(got, item(writer, next[usize::from(writer)]));
        next[usize::from(writer)] += 1;
    }
    assert_eq!(next, [1000; 3]);
    writers
        .into_iter()
        .for_each(|writer| writer.join().unwrap());
}

fn q09_each_item_goes_to_exactly_one_of_four_readers() {
    let queue = Queue::new().unwrap();
    let start = |number| {
        let queue = queue.clone();
        let read = move || {
            let mut got = Vec::new();
            while let Some(item) = queue.get().map_err(|error| error.to_string())? {
                got.push(u16::from_le_bytes([item[1], item[2]]));
            }
            Ok::<_, String>(got)
        };
        Process::start(format!("reader {number}"), read).unwrap()
    };
    let readers: Vec<_> = (0..4).map(start).collect();
    (0..1000).for_each(|number| queue.put(&item(0, number)).unwrap());
    queue.close().unwrap();
    let got = readers.into_iter().map(|reader| reader.join().unwrap());
    let mut got = got.collect::<Vec<_>>().concat();
    got.sort_unstable();
    assert_eq!(got, (0..1000).collect::<Vec<_>>());
}

fn q13_every_reader_sees_the_end() {
    let queue = Queue::new().unwrap();
    queue.put(b"last").unwrap();
    queue.close().unwrap();
    assert_eq!(queue.get().unwrap(), Some(b"last".to_vec()));
    let (one, two) = (queue.clone(), queue.clone());
    for reader in [one, two] {
        let ends = Process::start("reader", move || reader.get().unwrap().is_none()).unwrap();
        assert!(ends.join().unwrap());
    }
}
