//! What a record says happened, before it is known whose names are in it.

use tenken_model::Instant;
use tenken_model::fact::account_events::{AccountChangeKind, ElevationWay, PasswordWay, SignInWay};

/// An account without a number: of a process that nobody's sign-in began.
const NOBODY: u32 = u32::MAX;

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// What.
    pub what: What,
    /// The process that wrote it; 0 where that is not on record.
    pub process: u32,
    /// Whose that process was.
    pub actor: Actor,
    /// How often: a syslog daemon may write several alike as one.
    pub times: u32,
}

/// Whose a process was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Actor {
    /// The account that ran it.
    pub user: Option<u32>,
    /// The account with which that person had signed in.
    pub signed_in: Option<u32>,
}

impl Actor {
    /// One of that account, begun by somebody who signed in with that one, if anybody did.
    pub fn new(user: Option<u32>, signed_in: Option<u32>) -> Self {
        Self { user, signed_in: signed_in.filter(|number| *number != NOBODY) }
    }
}

/// How sure a record is that a sign-in failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// It says so.
    Failed,
    /// It says so, but of a process that says it as [`Self::Failed`], too, each attempt is told by that.
    Again,
    /// It says that somebody came and went, which other records of the same process say better.
    Left,
}

/// What a program changes that somebody ran as another account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Administers {
    /// Nothing of accounts.
    Nothing,
    /// Accounts, but no password.
    Accounts,
    /// A password.
    Password {
        /// By what.
        how: PasswordWay,
        /// Whose; nothing where it may be anybody's, because the program reads names from elsewhere.
        of: Option<String>,
    },
}

/// What happened. Names are as they were written, by whoever could.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A sign-in failed.
    Failed {
        /// The account; empty where none was recorded.
        account: String,
        /// The other machine.
        source: String,
        /// Where.
        way: SignInWay,
        /// How sure that is.
        attempt: Attempt,
    },
    /// Somebody signed in, so that the account is one.
    SignedIn {
        /// The account.
        account: String,
    },
    /// A password was set.
    PasswordSet {
        /// The account.
        account: Named,
        /// By what.
        how: PasswordWay,
    },
    /// An account or a group was changed.
    Changed {
        /// How.
        kind: AccountChangeKind,
        /// The account.
        account: Option<Named>,
        /// The group.
        group: Option<String>,
        /// Who did it, if it is written there.
        by: Option<String>,
    },
    /// Somebody acted, or tried to act, as another account.
    Elevated {
        /// By what.
        way: ElevationWay,
        /// Who.
        account: String,
        /// As whom; empty where that is not on record.
        target: String,
        /// It was granted.
        granted: bool,
        /// What the program that was run changes.
        administers: Administers,
    },
    /// A session of sftp was asked for.
    SftpRequested {
        /// The account.
        account: String,
    },
    /// An sftp server says whose it is.
    SftpOpened {
        /// The account.
        account: String,
    },
    /// An sftp server closed a file.
    SftpClosed {
        /// Bytes that were read of it.
        read: u64,
        /// Bytes that were written to it.
        written: u64,
    },
}

/// An account by its name or its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// Its name.
    Name(String),
    /// Its number.
    Number(u32),
}
