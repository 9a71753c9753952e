//! A GET for tasks, over smol's own sockets: it blocks no thread.
//!
//! http only, no redirects, one connection per page. It requests HTTP/1.0, so that the answer is
//! not sent in chunks and the server closes the connection at its end. An answer that this client
//! does not support is an error, and so is a page that is shorter than its head announces. Without
//! a `Content-Length` the page ends where the connection does, and a cut is not noticed.

use std::time::Duration;

use common::life;
use smol::Timer;
use smol::future::or;
use smol::io::AsyncWriteExt;
use smol::net::TcpStream;

use crate::Limits;
use crate::address::Address;
use crate::answer::Answer;
use crate::failure::{GetError, GetFailure};
use crate::resolve::addresses;

/// Gets the page at `url`.
///
/// # Errors
/// [`GetError`], which names the address and the [failure](GetFailure).
pub async fn get(url: &str, limits: Limits) -> Result<Vec<u8>, GetError> {
    let got = within(limits.time, exchange(url, limits)).await;
    got.map_err(|failure| GetError {
        url: url.to_owned(),
        failure,
    })
}

/// The whole protocol: one request, one answer.
async fn exchange(url: &str, limits: Limits) -> Result<Vec<u8>, GetFailure> {
    let Address {
        host,
        port,
        authority,
        path,
    } = Address::parse(url)?;
    let connect = async { Ok(TcpStream::connect(&*addresses(host, port).await?).await?) };
    let mut stream = within(limits.connect, connect).await?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {authority}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    Answer::new(stream, limits.size_bytes).page().await
}

/// The result of `step`, or an error if it takes longer than `limit`.
fn within<T>(
    limit: Duration,
    step: impl Future<Output = Result<T, GetFailure>>,
) -> impl Future<Output = Result<T, GetFailure>> {
    or(step, async move {
        Timer::after(limit).await;
        life::gives_up("");
        Err(GetFailure::TimedOut(limit))
    })
}
