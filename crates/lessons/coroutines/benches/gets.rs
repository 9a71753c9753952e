//! Ten thousand GETs at once, each on a connection of its own, to a server that answers after 100
//! ms. The server is a separate process, so that only the client's memory is measured.

use std::env;
use std::io::{self, BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::say;
use coroutines::{joinall, run, spawn};
use lesson_test::peak_kib;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use smol::LocalExecutor;
use smol::io::{AsyncReadExt, AsyncWriteExt};
use smol::net::TcpStream;
use web::{LATE_PAGE_BYTES, LateServer, Limits, get};

const GETS: usize = 10_000;
const WAIT: Duration = Duration::from_millis(100);

/// Measures the library's `get`, in a task for each page.
pub(crate) fn ours() {
    measure("gets", |url| {
        run(async {
            let limits = Limits {
                time: Duration::from_secs(60),
                ..Limits::default()
            };
            let visit = |_| {
                let url = url.to_owned();
                spawn("get", async move { get(&url, limits).await })
            };
            let pages = joinall((0..GETS).map(visit).collect()).await;
            for page in pages {
                assert_eq!(page.unwrap().unwrap().len(), LATE_PAGE_BYTES);
            }
        });
    });
}

/// Measures a client without the library, which has no limits and hardly a check.
pub(crate) fn by_hand() {
    measure("gets-by-hand", |url| {
        let address = url.trim_start_matches("http://").trim_end_matches("/late");
        let address: SocketAddr = address.parse().unwrap();
        let executor = LocalExecutor::new();
        smol::block_on(executor.run(async {
            let visit = |_| executor.spawn(get_by_hand(address));
            let tasks: Vec<_> = (0..GETS).map(visit).collect();
            for task in tasks {
                assert_eq!(task.await.len(), LATE_PAGE_BYTES);
            }
        }));
    });
}

async fn get_by_hand(address: SocketAddr) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = b"GET /late HTTP/1.0\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    answer.split_off(end.unwrap() + 4)
}

fn measure(name: &str, all: impl FnOnce(&str)) {
    let (_limit, most) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, most, most).unwrap();
    let server = ServerProcess::start();
    let begin = Instant::now();
    all(&server.url);
    let took = begin.elapsed().as_secs_f64();
    say!("{name}-rss-kib {}", peak_kib());
    say!("{name} {:.0}", GETS as f64 / took);
}

/// Prints the server's address, and serves until standard input ends.
pub(crate) fn serve() {
    let server = LateServer::start(WAIT).unwrap();
    say!("{}", server.url());
    let _bytes = io::stdin().read(&mut [0]).unwrap();
}

/// This program, started again as the server; ended on drop.
struct ServerProcess {
    url: String,
    process: Child,
}

impl ServerProcess {
    fn start() -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        let out = process.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut url).unwrap();
        let url = url.trim().to_owned();
        Self { url, process }
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // `wait` first closes the server's standard input, and at the end of its input the server ends.
        let _status = self.process.wait();
    }
}
