// deadlock at full: the sending child keeps a reading end; if the receiver is killed, it waits for room forever.
use common::frame;
use multiprocess::{Exit, Fork, PipeEnd, exit_now, fork, wait};

fn send_frames(pipe: &PipeEnd, urls: &[String]) -> i32 {
    for url in urls {
        say!("Process ({}) send: {url}", pid());
        if frame::write(pipe, url.as_bytes()).is_err() {
            return 1;
        }
    }
    0
}

fn recv_frames(pipe: &PipeEnd) -> i32 {
    loop {
        match frame::read(pipe, 1 << 20) {
            Ok(Some(url)) => {
                let url = String::from_utf8_lossy(&url);
                say!("Process ({}) recv: {url}", pid());
            }
            Ok(None) => return 0,
            Err(_) => return 1,
        }
    }
}

fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (reading_end, writing_end) = multiprocess::pipe()?;
    let sending = match fork("sender")? {
        Fork::Parent { child } => child,
        Fork::Child => exit_now(send_frames(&writing_end, &urls)),
    };
    drop(writing_end);
    let receiving = match fork("receiver")? {
        Fork::Parent { child } => child,
        Fork::Child => exit_now(recv_frames(&reading_end)),
    };
    drop(reading_end);
    let (sent, received) = (wait(sending)?, wait(receiving)?);
    match (sent, received) {
        (Exit::Code(0), Exit::Code(0)) => Ok(()),
        _ => Err(format!("sender: {sent}, receiver: {received}").into()),
    }
}
