//! What wakes besides paths: neighbours, ended processes, a stepped clock, properties on the bus.

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, future};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SocketFlags};
use rustix::process::{Pid, PidfdFlags};
use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec};
use zbus::message::Type;
use zbus::{Connection, MatchRule, MessageStream};

use super::readable::Readable;
use crate::collect::neighbours::netlink::news::Known;
use crate::host::linux::netlink;
use crate::host::{BusProperty, NetlinkDump};

/// RTMGRP_NEIGH (rtnetlink(7)).
const NEIGHBOUR_GROUP: u32 = 4;
/// Seconds since 1970 of a time no agent lives to see; the timer is only there to be cancelled.
const NEVER: i64 = 1 << 33;

/// After events were missed, the table is looked at no sooner: in a storm they are missed again and again.
const STORM_PAUSE: Duration = Duration::from_secs(5);

/// The neighbour table's events.
pub(super) struct Neighbours {
    socket: Readable,
    /// Nothing before the table was looked at since the last time events were missed.
    known: Option<Known>,
    /// How long to wait before that look.
    pause: Duration,
}

impl Neighbours {
    pub(super) fn open() -> Result<Self, String> {
        let socket = netlink::socket(NEIGHBOUR_GROUP, SocketFlags::NONBLOCK)
            .map_err(|errno| format!("listen to the neighbour table: {errno}"))?;
        Readable::new(socket).map(|socket| Self { socket, known: None, pause: Duration::ZERO })
    }

    /// Waits until a device comes, goes or changes, and takes all that is known of it. What happened while nobody
    /// listened is a change too, so that the first one comes at once.
    pub(super) async fn changed(&mut self) -> Result<(), Errno> {
        let Some(known) = &mut self.known else {
            tokio::time::sleep(self.pause).await;
            // A dump that fails, or is not waited for to its end, leaves every event to be news.
            self.known = Some(tokio::task::spawn_blocking(known).await.unwrap_or_default());
            return Ok(());
        };
        loop {
            let mut ready = self.socket.ready().await.map_err(|_| Errno::IO)?;
            let now = Instant::now();
            let (mut news, mut missed) = (false, false);
            let mut buffer = [0_u8; 8_192];
            loop {
                match rustix::net::recv(ready.get_inner(), &mut buffer, RecvFlags::TRUNC) {
                    // One that did not fit is cut off, and so is news.
                    Ok((read, _)) => news |= known.is_news(buffer.get(..read).unwrap_or(&buffer), now),
                    Err(Errno::INTR) => {}
                    // More happened than could be told.
                    Err(Errno::NOBUFS) => missed = true,
                    Err(Errno::AGAIN) => break,
                    Err(errno) => return Err(errno),
                }
            }
            ready.clear_ready();
            if missed {
                (self.known, self.pause) = (None, STORM_PAUSE);
                return Ok(());
            }
            if news {
                return Ok(());
            }
        }
    }
}

/// What the table holds now. Of one that cannot be read nothing is known.
fn known() -> Known {
    Known::new(&netlink::dump(NetlinkDump::Neighbours).unwrap_or_default(), Instant::now())
}

/// A process that will end.
pub(super) struct Exit(Option<Readable>);

impl Exit {
    /// A process that is no more has ended already.
    pub(super) fn open(pid: u32) -> Result<Self, String> {
        let failed = |why: &dyn std::fmt::Display| format!("watch process {pid}: {why}");
        let number = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or_else(|| failed(&"no such number"))?;
        match rustix::process::pidfd_open(number, PidfdFlags::NONBLOCK) {
            Ok(process) => Readable::new(process).map(|process| Self(Some(process))),
            Err(Errno::SRCH) => Ok(Self(None)),
            Err(errno) => Err(failed(&errno)),
        }
    }

    /// Waits for its end.
    pub(super) async fn ended(&self) {
        if let Some(process) = &self.0 {
            // An error of the runtime means that it ends; the wake then comes early, which costs one look.
            let _ = process.ready().await;
        }
    }
}

/// The wall clock's steps.
pub(super) struct ClockSteps(Readable);

impl ClockSteps {
    pub(super) fn open() -> Result<Self, String> {
        let failed = |errno: Errno| format!("watch the clock: {errno}");
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = rustix::time::timerfd_create(TimerfdClockId::Realtime, flags).map_err(failed)?;
        arm(&timer).map_err(failed)?;
        Readable::new(timer).map(Self)
    }

    /// Waits until somebody sets the clock, also by waking the machine from sleep.
    pub(super) async fn stepped(&mut self) -> Result<(), Errno> {
        loop {
            let mut ready = self.0.ready().await.map_err(|_| Errno::IO)?;
            let mut expirations = [0_u8; 8];
            match rustix::io::read(ready.get_inner(), &mut expirations) {
                Err(Errno::CANCELED) => {
                    arm(ready.get_inner())?;
                    return Ok(());
                }
                Ok(_) => arm(ready.get_inner())?,
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(errno) => return Err(errno),
            }
            ready.clear_ready();
        }
    }
}

fn arm(timer: &OwnedFd) -> Result<(), Errno> {
    let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
    let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
    let never = Itimerspec { it_interval: zero, it_value: Timespec { tv_sec: NEVER, tv_nsec: 0 } };
    rustix::time::timerfd_settime(timer, flags, &never).map(drop)
}

/// The changes of one property: its own, and those of who offers it.
pub(super) struct PropertyChanges {
    changed: MessageStream,
    owner: MessageStream,
}

impl PropertyChanges {
    pub(super) async fn open(bus: &Connection, property: &BusProperty) -> Result<Self, String> {
        let failed = |error: zbus::Error| format!("listen to {property} on the system bus: {error}");
        let changed = MatchRule::builder()
            .msg_type(Type::Signal)
            .interface("org.freedesktop.DBus.Properties")
            .member("PropertiesChanged")
            .path(property.path.as_str())
            .arg(0, property.interface.as_str())
            .build()
            .map_err(failed)?;
        let owner = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender("org.freedesktop.DBus")
            .interface("org.freedesktop.DBus")
            .member("NameOwnerChanged")
            .arg(0, property.service.as_str())
            .build()
            .map_err(failed)?;
        Ok(Self {
            changed: MessageStream::for_match_rule(changed, bus, None).await.map_err(failed)?,
            owner: MessageStream::for_match_rule(owner, bus, None).await.map_err(failed)?,
        })
    }

    /// Waits for a change; false when the bus is gone.
    pub(super) async fn changed(&mut self) -> bool {
        let (message, _) = future::select(self.changed.next(), self.owner.next()).await.factor_first();
        message.is_some_and(|message| message.is_ok())
    }
}
