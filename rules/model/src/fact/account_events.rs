//! What happened with the accounts of a host, by its logs: sign-ins that failed, passwords that were set, accounts that were
//! changed, uses of administrators' rights, files that went in or out.
//!
//! Names that no account of the host has are never told: a password that was typed where a name is asked looks like one.

use crate::{Instant, Read, Size, choice, record};

/// The most passwords that were set of which one host tells.
pub const PASSWORDS_SET_MAX: usize = 400;

choice! {
    /// What keeps records of such events.
    pub enum EventLogKind {
        /// The journal of systemd.
        Journal = "journal",
        /// Messages on authentication that a syslog daemon writes: /var/log/auth.log, /var/log/secure.
        Messages = "messages",
        /// Sign-ins that failed: /var/log/btmp.
        FailedSignIns = "failed_sign_ins",
        /// What the kernel audits: /var/log/audit/audit.log.
        Audit = "audit",
        /// The Security channel of the event log of Windows.
        Security = "security",
    }
}

record! {
    /// One place with such records, with its older copies.
    pub struct EventLog {
        /// What it is.
        pub kind: EventLogKind,
        /// The file that is written now; of the journal, its folder.
        pub place: String,
        /// Since when what was read of it reaches; absent where it holds no record. Not read where it could not be.
        pub from: Read<Option<Instant>>,
        /// The hour in which its newest record was written; absent where it holds none.
        pub newest_hour: Option<Instant>,
        /// There is more of the time that is told of passwords and changes, which was not read because it is too much, is packed
        /// in a way that is not unpacked, or has a form that is not known. What there is more of, such as sign-ins, may be cut where this is not.
        pub cut: bool,
    }
}

choice! {
    /// Where somebody tried to sign in.
    pub enum SignInWay {
        /// Over SSH.
        Ssh = "ssh",
        /// At a terminal of the machine.
        Console = "console",
        /// At a graphical display.
        Graphical = "graphical",
        /// Elsewhere, or nobody wrote where.
        Other = "other",
    }
}

record! {
    /// Sign-ins that failed on one day, for one account from one place.
    pub struct FailedSignIns {
        /// The account; absent for all names together that no account of this host has.
        pub account: Option<String>,
        /// The other machine's address or name; empty where none was recorded.
        pub source: String,
        /// Where.
        pub way: SignInWay,
        /// The midnight, in Japan, with which the day begins.
        pub day: Instant,
        /// How many.
        pub count: i64,
        /// The first.
        pub first: Instant,
        /// The last.
        pub last: Instant,
    }
}

choice! {
    /// Of what failed sign-ins are added up.
    pub enum FailedOf {
        /// Of an account, wherever they came from.
        Account = "account",
        /// Of a source, whatever accounts they were for.
        Source = "source",
    }
}

record! {
    /// How many sign-ins failed on one day for one account, or from one source.
    pub struct FailedDay {
        /// Of what they are added up.
        pub of: FailedOf,
        /// The account, or the source.
        pub name: String,
        /// The midnight, in Japan, with which the day begins.
        pub day: Instant,
        /// How many.
        pub count: i64,
    }
}

choice! {
    /// By what a password was set.
    pub enum PasswordWay {
        /// passwd(1).
        Passwd = "passwd",
        /// chpasswd(8).
        Chpasswd = "chpasswd",
        /// usermod(8), which is given the hash.
        Usermod = "usermod",
        /// At a sign-in with a password that had run out, or by another program.
        Other = "other",
    }
}

record! {
    /// A password that was set.
    pub struct PasswordSet {
        /// The account.
        pub account: String,
        /// When.
        pub at: Instant,
        /// By what.
        pub how: PasswordWay,
        /// Who was signed in and set it; absent where no record tells. An administrator is named by the account with which the
        /// person signed in.
        pub by: Option<String>,
        /// Another than the account's own person set it. Not read where no record tells.
        pub by_another: Read<bool>,
        /// The account had been added within the hour before: it is its first password.
        pub first_issue: bool,
    }
}

choice! {
    /// What was changed.
    pub enum AccountChangeKind {
        /// An account was added.
        AccountAdded = "account_added",
        /// An account was removed.
        AccountRemoved = "account_removed",
        /// Name, number, home, shell, or when it runs out.
        AccountChanged = "account_changed",
        /// Its password was locked.
        AccountLocked = "account_locked",
        /// Its password was unlocked.
        AccountUnlocked = "account_unlocked",
        /// A group was added.
        GroupAdded = "group_added",
        /// A group was removed.
        GroupRemoved = "group_removed",
        /// An account became a member of a group.
        MemberAdded = "member_added",
        /// An account is no longer a member of a group.
        MemberRemoved = "member_removed",
        /// The system locked an account out, because too many sign-ins failed.
        AccountLockedOut = "account_locked_out",
    }
}

record! {
    /// A change of an account or a group.
    pub struct AccountChange {
        /// What was changed.
        pub kind: AccountChangeKind,
        /// The account; absent where a group alone was changed.
        pub account: Option<String>,
        /// The group; absent where an account alone was changed.
        pub group: Option<String>,
        /// Who was signed in and changed it; absent where no record tells.
        pub by: Option<String>,
        /// When.
        pub at: Instant,
    }
}

choice! {
    /// By what somebody acted as another account.
    pub enum ElevationWay {
        /// sudo(8).
        Sudo = "sudo",
        /// su(1).
        Su = "su",
        /// Windows: an account signed in, at the machine or over the network, and was given the rights of an administrator.
        AdministratorSignIn = "administrator_sign_in",
        /// Windows: a program was given the name and the password of another account, to act as it here.
        OtherCredentials = "other_credentials",
        /// Windows: the same, to sign in at another machine.
        OtherCredentialsElsewhere = "other_credentials_elsewhere",
    }
}

record! {
    /// Uses of another account's rights on one day. What was run is not told: it may hold secrets.
    pub struct Elevation {
        /// By what.
        pub way: ElevationWay,
        /// Who; absent where the name is that of no account of this host.
        pub account: Option<String>,
        /// As which account; absent where the name is that of no account of this host, or none is on record.
        pub target: Option<String>,
        /// The midnight, in Japan, with which the day begins.
        pub day: Instant,
        /// How often it was granted.
        pub count: i64,
        /// How often it was refused, or the password was wrong.
        pub failed: i64,
        /// The first.
        pub first: Instant,
        /// The last.
        pub last: Instant,
    }
}

choice! {
    /// How somebody signed in over the network without a session of their own.
    pub enum NetworkWay {
        /// To shared folders, to manage the machine and the like.
        Network = "network",
        /// The same, with the password sent along.
        NetworkPassword = "network_password",
        /// Remote Desktop took name and password, whether or not a session was begun.
        RemoteDesktop = "remote_desktop",
    }
}

choice! {
    /// By which version of its old protocols Windows let somebody in.
    pub enum NtlmVersion {
        /// LAN Manager.
        Lm = "lm",
        /// NTLM, version 1.
        Ntlm1 = "ntlm_v1",
        /// NTLM, version 2.
        Ntlm2 = "ntlm_v2",
    }
}

record! {
    /// Sign-ins of one account over the network on one day, from one place.
    pub struct NetworkSignIns {
        /// The account.
        pub account: String,
        /// The other machine's address or name; empty where none was recorded.
        pub source: String,
        /// How.
        pub way: NetworkWay,
        /// By which version of NTLM; absent where by another protocol, or none is on record.
        pub ntlm: Option<NtlmVersion>,
        /// It was given the rights of an administrator; absent where that is not on record.
        pub administrator: Option<bool>,
        /// The midnight, in Japan, with which the day begins.
        pub day: Instant,
        /// How many, as far as they were looked at.
        pub count: i64,
        /// The first.
        pub first: Instant,
        /// The last.
        pub last: Instant,
    }
}

choice! {
    /// A part of what is told.
    pub enum EventPart {
        /// Sign-ins that failed.
        FailedSignIns = "failed_sign_ins",
        /// Sign-ins over the network.
        NetworkSignIns = "network_sign_ins",
        /// Uses of another account's rights.
        Elevations = "elevations",
        /// Transfers.
        Transfers = "transfers",
    }
}

record! {
    /// How far one part reaches.
    pub struct EventReach {
        /// The part.
        pub part: EventPart,
        /// Since when; absent where nothing is on record. Not read where the host does not record it, so that an empty list says
        /// nothing.
        pub since: Read<Option<Instant>>,
    }
}

record! {
    /// What one account moved over sftp on one day. scp(1) of OpenSSH 9.0 and later uses sftp; before, it leaves no record.
    pub struct Transfer {
        /// The account.
        pub account: String,
        /// The midnight, in Japan, with which the day begins.
        pub day: Instant,
        /// How many sessions of sftp were begun.
        pub sessions: i64,
        /// Files of which something was written on this host. Recorded only where the sftp server is told to log.
        pub received: i64,
        /// Files of which something was read from this host. Recorded only where the sftp server is told to log.
        pub sent: i64,
        /// How much was written; absent where that is not recorded.
        pub bytes_received: Option<Size>,
        /// How much was read; absent where that is not recorded.
        pub bytes_sent: Option<Size>,
    }
}

record! {
    /// What happened with the accounts of one host in the last 92 days, as far as its logs reach. It holds until the
    /// observation was made.
    pub struct AccountEvents {
        /// Where records were looked for and found.
        pub logs: Vec<EventLog>,
        /// Since when all that was recorded of passwords and changes is told; absent where nothing is on record. Not read
        /// where a place that records them could not be and no other goes on until now, or none is there.
        pub since: Read<Option<Instant>>,
        /// The same of sign-ins, rights that were used, and transfers, of which there may be too many to go as far back.
        pub uses_since: Read<Option<Instant>>,
        /// Since when all sign-ins that failed are counted, of the last nine days: since the records begin, or since what was read of
        /// them does. Not read where a place that may have more of them could not be, or nothing was written lately,
        /// or ever.
        pub counted_since: Read<Instant>,
        /// Sign-ins that failed, the newest day first.
        pub failed_sign_ins: Vec<FailedSignIns>,
        /// How many sign-ins failed for each account and from each source on each of the last nine days, the newest day and the
        /// most first. There are no more than 50 of one day.
        pub most_failed: Vec<FailedDay>,
        /// Passwords that were set: those that another set, or nobody knows who, before what people did with their own, and of
        /// each the newest first. There are no more than [`PASSWORDS_SET_MAX`].
        pub passwords_set: Vec<PasswordSet>,
        /// Changes of accounts and groups, the newest first.
        pub changes: Vec<AccountChange>,
        /// Uses of another account's rights, the newest day first.
        pub elevations: Vec<Elevation>,
        /// Transfers, the newest day first.
        pub transfers: Vec<Transfer>,
        /// Sign-ins over the network of accounts that the register does not have, and of others by old or open ways, those of
        /// accounts that the register does not have first, and of each the newest day. Absent where sessions tell all of them, as on Linux.
        pub network_sign_ins: Option<Vec<NetworkSignIns>>,
        /// How far parts reach that have reaches of their own; of those the times above do not count. Absent where all parts
        /// reach as those times say.
        pub parts: Option<Vec<EventReach>>,
        /// How many rows of these lists, the oldest, were left out because there are too many, and how many records, because the
        /// journal compressed them and no other log has them.
        pub left_out: i64,
    }
}
