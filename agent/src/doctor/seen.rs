//! What was looked at, before anything is made of it.

use std::net::SocketAddr;

use tenken_model::{Instant, Topic};

use super::answer::Answer;
use crate::host::ReadError;
use crate::host::storage::Room;
use crate::identity::Validity;
use crate::machine::Standing;
use crate::spool;

/// What was read, or why not.
pub type Looked<T> = Result<T, ReadError>;

/// Everything that was looked at.
#[derive(Debug, Clone)]
pub struct Seen {
    /// By this host's clock.
    pub now: Instant,
    /// The state folder.
    pub state_dir: String,
    /// Who this host is to its dashboard; nothing where it is not enrolled.
    pub identity: Looked<Option<Enrolled>>,
    /// Where a token may lie, and whether one does.
    pub left_token: (String, Looked<bool>),
    /// The folder and its files; nothing where there is none.
    pub folder: Looked<Option<Folder>>,
    /// The file system it is on.
    pub room: Looked<Room>,
    /// Whose machine's it is.
    pub machine: Looked<Standing>,
    /// Agents that run, but this process.
    pub agents: Looked<Vec<Running>>,
    /// Whether an agent holds the spool.
    pub lock: Looked<bool>,
    /// Topics whose places an agent that runs may not read, because it lacks the right to read everything.
    pub guarded: Vec<Topic>,
    /// Whether the helper tells the packet filter; nothing where none is needed.
    pub filter_helper: Option<Looked<()>>,
    /// What waits to be sent.
    pub spool: Looked<spool::Seen>,
    /// The policy that is kept; nothing where there is none.
    pub policy: Looked<Option<Policy>>,
    /// Proxy variables of this process and of the agents, and whether they except the dashboard.
    pub proxies: Vec<Proxy>,
    /// The way to the dashboard; nothing where this host is not enrolled.
    pub way: Option<Way>,
}

/// Who this host is to its dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// Its id.
    pub host: String,
    /// Where reports go.
    pub report_url: String,
    /// How long its certificate is valid.
    pub validity: Validity,
}

/// The state folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The folder itself first.
    pub files: Vec<Owned>,
    /// Why it cannot be used, by the system's own judgement of whose it is.
    pub foreign: Option<String>,
}

/// Whose a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    /// Its path.
    pub path: String,
    /// Its owner; 0 where the system has none.
    pub uid: u32,
    /// Its permission bits; 0 where the system has none.
    pub mode: u32,
}

/// An agent that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Its process.
    pub pid: u32,
    /// It uses the state folder that is looked at; nothing where that could not be read.
    pub is_of_folder: Option<bool>,
    /// The user it runs as; nothing where the system does not say.
    pub uid: Option<u32>,
    /// It may read every file; nothing where the system does not say.
    pub reads_everything: Option<bool>,
    /// The kernel tells it the packet filter; nothing where the system does not say.
    pub reads_filter: Option<bool>,
}

/// The policy that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// When it was received.
    pub received_at: Instant,
    /// Its version, or why it is not in force.
    pub version: Result<u64, String>,
}

/// A proxy that the environment names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// The variable. Its value may hold a password.
    pub variable: String,
    /// The dashboard is excepted.
    pub is_excepted: bool,
}

/// The way to the dashboard, as far as it was gone.
#[derive(Debug, Clone)]
pub struct Way {
    /// The name or address in the dashboard's address.
    pub name: String,
    /// Its addresses.
    pub addresses: Looked<Vec<SocketAddr>>,
    /// Each connection that was tried, up to the first that succeeded.
    pub connections: Vec<(SocketAddr, Result<(), Unconnected>)>,
    /// What came of the first that succeeded.
    pub session: Option<Session>,
}

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unconnected {
    /// It was refused.
    Refused,
    /// Nothing answered in time.
    TimedOut,
    /// There is no way.
    NoRoute,
    /// Something else.
    Other(String),
}

/// What came of a connection.
#[derive(Debug, Clone)]
pub struct Session {
    /// What is wrong with the server's certificate, or the session, by this host's clock.
    pub fault: Option<Fault>,
    /// What the server answered. Where only the time was wrong, at a time at which it is not; nothing where there is nobody to
    /// believe.
    pub answer: Option<Result<Answer, String>>,
    /// This host's clock when it came.
    pub answered_at: Instant,
}

/// What is wrong with a server of TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Its certificate is of another authority.
    OtherAuthority,
    /// Its certificate has ended.
    Ended(Instant),
    /// Its certificate is not valid yet.
    Later(Instant),
    /// Its certificate is for another name.
    WrongName(String),
    /// It refuses this host's certificate, with that alert.
    Refused(String),
    /// Something else.
    Other(String),
}
