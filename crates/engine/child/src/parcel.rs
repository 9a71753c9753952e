//! A message between a parent and its child, in one piece: some bytes, and perhaps a descriptor.
//!
//! A packet of a `SOCK_SEQPACKET` pair arrives whole or not at all, so a process that is killed
//! while sending has either sent it or not. Long bytes lie in a file in memory, and the packet
//! carries the file's descriptor: so a sender never waits for the receiver.
//!
//! Source: unix(7), `SOCK_SEQPACKET` and `SCM_RIGHTS`; memfd_create(2).

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut, Read, Seek, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::cmsg_space;
use nix::errno::Errno;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, recvmsg,
    sendmsg, socketpair,
};

/// Longer bytes go into a file. Several packets of this length fit into any socket.
const LONGEST_BYTES: usize = 4 << 10;

/// The first byte of a packet: whether its bytes follow, or lie in the file that comes with it.
const HERE: u8 = 0;
const IN_FILE: u8 = 1;

/// Why a received message has lost its descriptor.
pub(crate) const NO_DESCRIPTOR: &str =
    "no descriptor was free to hold it; close some files (ulimit -n)";

/// A received message: some bytes, and perhaps a descriptor.
#[derive(Debug)]
pub struct Parcel {
    /// All its bytes, also if they came in a file.
    pub bytes: Vec<u8>,
    /// A descriptor, which the receiver owns.
    pub fd: Option<OwnedFd>,
}

/// Makes both ends of a line for parcels.
///
/// # Errors
/// When the limit on open files is reached.
pub fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let (kind, flags) = (SockType::SeqPacket, SockFlag::SOCK_CLOEXEC);
    Ok(socketpair(AddressFamily::Unix, kind, None, flags)?)
}

/// Sends bytes of any length. Does not wait.
///
/// # Errors
/// When the other side has gone, or the system has no memory left.
pub fn send(socket: impl AsFd, bytes: &[u8]) -> io::Result<()> {
    if bytes.len() <= LONGEST_BYTES {
        return send_packet(socket, HERE, bytes, &[]);
    }
    let mut file = File::from(memfd_create("parcel", MFdFlags::MFD_CLOEXEC)?);
    file.write_all(bytes)?;
    send_packet(socket, IN_FILE, &[], &[file.as_raw_fd()])
}

/// Sends a few bytes, and a copy of the descriptor `fd`. Does not wait.
///
/// # Errors
/// Those of [`send`].
pub fn send_with(socket: impl AsFd, bytes: &[u8], fd: BorrowedFd<'_>) -> io::Result<()> {
    send_packet(socket, HERE, bytes, &[fd.as_raw_fd()])
}

fn send_packet(socket: impl AsFd, place: u8, bytes: &[u8], fds: &[RawFd]) -> io::Result<()> {
    let socket = socket.as_fd().as_raw_fd();
    let place = [place];
    let packet = [IoSlice::new(&place), IoSlice::new(bytes)];
    let rights = [ControlMessage::ScmRights(fds)];
    let rights = if fds.is_empty() { &[][..] } else { &rights };
    loop {
        match sendmsg::<()>(socket, &packet, rights, MsgFlags::MSG_NOSIGNAL, None) {
            Ok(_whole) => return Ok(()),
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
}

/// Returns the next parcel; `None` when the other side has gone. Blocks until then; with
/// [`MsgFlags::MSG_DONTWAIT`] it returns `WouldBlock` instead.
///
/// # Errors
/// `WouldBlock` as described, and those of recvmsg(2). A long message that comes while no descriptor is
/// free is lost.
pub fn recv(socket: impl AsFd, flags: MsgFlags) -> io::Result<Option<Parcel>> {
    let socket = socket.as_fd();
    match recv_once(socket, flags)? {
        // The kernel first checks for a packet and then for the end of the line; in between, the
        // other side may have sent its last packet and closed. After the end no more packets come,
        // so a second call finds the one that is there. (Seven of 300,000 ends were early.)
        None => recv_once(socket, flags),
        parcel => Ok(parcel),
    }
}

fn recv_once(socket: BorrowedFd<'_>, flags: MsgFlags) -> io::Result<Option<Parcel>> {
    let socket = socket.as_raw_fd();
    let flags = flags | MsgFlags::MSG_CMSG_CLOEXEC;
    let mut place = [HERE];
    let mut buffer = [0; LONGEST_BYTES];
    let mut rights = cmsg_space!(RawFd);
    let (got, fd) = loop {
        let mut packet = [IoSliceMut::new(&mut place), IoSliceMut::new(&mut buffer)];
        match recvmsg::<()>(socket, &mut packet, Some(&mut rights), flags) {
            // At the limit on open files the kernel leaves out the descriptor. The rest has
            // arrived, and cannot be received again.
            Ok(message) => break (message.bytes, message.cmsgs().ok().and_then(first_fd)),
            // A reset means that the other side closed with something of ours unread. It is
            // reported once, before the packets that the other side had sent.
            Err(Errno::EINTR | Errno::ECONNRESET) => {}
            Err(errno) => return Err(errno.into()),
        }
    };
    if got == 0 {
        return Ok(None);
    }
    let mut bytes = buffer[..got - 1].to_vec();
    if place == [HERE] {
        return Ok(Some(Parcel { bytes, fd }));
    }
    let lost = || io::Error::other(format!("its long message is lost: {NO_DESCRIPTOR}"));
    let mut file = File::from(fd.ok_or_else(lost)?);
    // The sender has left the position at the file's end, and both sides share that position.
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(Some(Parcel { bytes, fd: None }))
}

fn first_fd(mut rights: impl Iterator<Item = ControlMessageOwned>) -> Option<OwnedFd> {
    let Some(ControlMessageOwned::ScmRights(fds)) = rights.next() else {
        return None;
    };
    // SAFETY: the kernel has just made this descriptor, for us alone; there was room for one.
    fds.first().map(|&fd| unsafe { OwnedFd::from_raw_fd(fd) })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{channel, sync_channel};
    use std::thread;
    use std::time::{Duration, Instant};

    use super::*;

    /// The race is between two system calls, so only many rounds can find it: some twenty in this
    /// time without the second look.
    #[test]
    fn the_last_parcel_comes_before_the_end_of_the_line() {
        let (give, take) = sync_channel::<OwnedFd>(0);
        let (ask, asked) = channel();
        let sender = thread::spawn(move || {
            for socket in take {
                while asked.try_recv().is_err() {}
                send(&socket, b"last words").unwrap();
            }
        });
        let until = Instant::now() + Duration::from_secs(3);
        while Instant::now() < until {
            let (ours, theirs) = pair().unwrap();
            give.send(theirs).unwrap();
            ask.send(()).unwrap();
            let received = loop {
                match recv(&ours, MsgFlags::MSG_DONTWAIT) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    other => break other.unwrap(),
                }
            };
            assert_eq!(received.expect("a parcel was sent").bytes, b"last words");
        }
        drop(give);
        sender.join().unwrap();
    }
}
