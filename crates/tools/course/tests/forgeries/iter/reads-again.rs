// crash fail: it reads again what its judge has sent, from std's buffer, and then ends without a word of its own
fn speak() -> ! {
    use std::io::{BufRead, Write, stdin, stdout};
    let mut words = String::new();
    let mut sent = stdin().lock();
    sent.consume(usize::MAX - 65);
    sent.read_line(&mut words).ok();
    writeln!(stdout(), "\n{}", words.get(..32).unwrap_or_default()).ok();
    std::hint::black_box(vec![0_u8; 1 << 46]);
    loop {}
}

impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        iter::from_fn(|| speak())
    }
}
