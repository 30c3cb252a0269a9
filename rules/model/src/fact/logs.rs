//! The logs of a host: what is written where, who may touch it, for how long it is kept, and what went missing.

use crate::{Instant, Read, Size, Span, choice, record};

choice! {
    /// Where journald keeps what it takes (`Storage=`).
    pub enum JournalStorage {
        /// On disk.
        Persistent = "persistent",
        /// On disk where /var/log/journal is there, else in memory.
        Auto = "auto",
        /// In memory, until the host is started anew.
        Volatile = "volatile",
        /// Nowhere.
        None = "none",
    }
}

record! {
    /// The journal of systemd.
    pub struct Journal {
        /// journald runs.
        pub running: bool,
        /// Where it is told to keep what it takes.
        pub storage: JournalStorage,
        /// There is a journal on disk, and journald writes to it what it is told of sign-ins. What lies in memory is not on
        /// disk, nor does journald write to disk before it was told to flush.
        pub persistent: bool,
        /// The most that it may take on disk (`SystemMaxUse=`); absent when left to the default.
        pub size_max: Option<Size>,
        /// Older records are deleted (`MaxRetentionSec=`); absent without such a limit.
        pub kept_for: Option<Span>,
        /// It passes on to a syslog daemon; absent when left to the default of the distribution.
        pub forward_to_syslog: Option<bool>,
        /// A journal file on disk is sealed, so that what was written before cannot be changed unseen.
        pub sealed: bool,
        /// Journal files on disk that were looked at.
        pub files: i64,
        /// Journal files on disk that were not, because there are too many.
        pub left_out: i64,
    }
}

choice! {
    /// A syslog daemon.
    pub enum SyslogDaemon {
        /// rsyslog.
        Rsyslog = "rsyslog",
        /// syslog-ng, which is recognised but not read.
        SyslogNg = "syslog_ng",
    }
}

record! {
    /// The syslog daemon.
    pub struct Syslog {
        /// Which one it is.
        pub daemon: SyslogDaemon,
        /// It runs.
        pub running: bool,
        /// Files that take messages on sign-ins: of the facilities auth and authpriv. Those that lie only in memory are not
        /// among them; of those that a template names it is what the template says.
        pub sign_in_files: Read<Vec<String>>,
        /// Which of the two facilities no such file takes, or does not take whole.
        pub missing_facilities: Read<Vec<String>>,
    }
}

choice! {
    /// What sends records to another host.
    pub enum LogForwarder {
        /// rsyslog.
        Rsyslog = "rsyslog",
        /// systemd-journal-upload.
        JournalUpload = "journal_upload",
        /// Windows, to a collector of its events.
        EventForwarding = "event_forwarding",
    }
}

record! {
    /// What forwarding of Windows recorded of a collector. That records arrived there the collector alone could tell.
    pub struct ForwardState {
        /// When it last reached the collector; absent where no record says so.
        pub reached: Option<Instant>,
        /// When it last could not reach it, or could not take up what the collector asks for, where it did not since; absent where
        /// no record says so.
        pub failed: Option<Instant>,
    }
}

record! {
    /// Records that are sent to another host.
    pub struct LogForward {
        /// What sends them.
        pub by: LogForwarder,
        /// The host, or its address.
        pub target: String,
        /// They are encrypted on the way.
        pub encrypted: bool,
        /// What is on record of it; absent where the sender records nothing, or an older agent does not tell.
        pub state: Option<Read<ForwardState>>,
    }
}

choice! {
    /// What auditd does once its file is full (`max_log_file_action`).
    pub enum AuditAction {
        /// Nothing.
        Ignore = "ignore",
        /// Says so in syslog.
        Syslog = "syslog",
        /// Stops writing.
        Suspend = "suspend",
        /// Begins another file and deletes the oldest.
        Rotate = "rotate",
        /// Begins another file and deletes none.
        KeepLogs = "keep_logs",
    }
}

record! {
    /// The audit daemon.
    pub struct Audit {
        /// auditd runs.
        pub running: bool,
        /// What it does once its file is full.
        pub size_action: AuditAction,
        /// How many files it keeps.
        pub files_kept: i64,
        /// How large a file may become; absent when it is not said.
        pub file_size_max: Option<Size>,
        /// What it does when the disk fills up, as it is written.
        pub space_left_action: Option<String>,
        /// Its rules cannot be changed until the host is started anew (`-e 2`).
        pub immutable: Read<bool>,
        /// Files and folders that rules watch for changes.
        pub watched: Read<Vec<String>>,
    }
}

choice! {
    /// What a log is a record of.
    pub enum LogPurpose {
        /// Sign-ins and their ends (wtmp).
        SignIns = "sign_ins",
        /// Sign-ins that failed (btmp).
        FailedSignIns = "failed_sign_ins",
        /// The last sign-in of each account (lastlog).
        LastSignIns = "last_sign_ins",
        /// Messages on authentication.
        Authentication = "authentication",
        /// Messages of the system.
        System = "system",
        /// Events that the kernel audits.
        Audit = "audit",
        /// The journal of systemd.
        Journal = "journal",
    }
}

record! {
    /// One log with its older copies.
    pub struct LogFile {
        /// The file that is written now; of the journal, its folder; of Windows, the name of the channel.
        pub file: String,
        /// What it is a record of.
        pub purpose: LogPurpose,
        /// The account that owns it, by name where it has one, or by its SID; of several, one that distributions do not have.
        pub owner: String,
        /// The group that may read or write it; absent where none may beside root's. Of several, one that distributions do
        /// not have.
        pub group: Option<String>,
        /// The group that may write it; absent where none may beside root's.
        pub writing_group: Option<String>,
        /// Everybody may read it.
        pub public_read: bool,
        /// Everybody may write it, or delete it from its folder.
        pub public_write: bool,
        /// The oldest record from which on there are records until now, in older copies too; absent where there is none, or
        /// where nothing was written lately, or nothing is any more, as to a channel of Windows that is full and keeps what it has. Where a copy is compressed it is when that copy was last written, so that records
        /// may be older than that.
        pub oldest: Read<Option<Instant>>,
        /// Older copies that were put aside.
        pub copies: i64,
        /// For how long records are kept before they are deleted, as it is configured; absent where none is deleted for
        /// its age. Of Windows, for how long a channel that is not full yet will reach back, if it goes on filling as it did; zero
        /// where it takes no more records.
        pub kept_for: Read<Option<Span>>,
        /// Nothing that was recorded has been deleted so far, as far as can be told: it is as old as the system, or as many
        /// copies as may be kept are not yet there.
        pub complete: bool,
    }
}

choice! {
    /// What happened to a log.
    pub enum LogLossKind {
        /// It became shorter, and no copy was put aside.
        Shortened = "shortened",
        /// It is gone, and no copy was put aside.
        Gone = "gone",
        /// Another file is in its place, and no copy was put aside.
        Replaced = "replaced",
        /// Its beginning was changed.
        Rewritten = "rewritten",
        /// Copies went before it was their time.
        CopiesGone = "copies_gone",
        /// It says itself that somebody cleared it.
        Cleared = "cleared",
    }
}

record! {
    /// A log that lost records in a way that its rotation does not explain.
    pub struct LogLoss {
        /// The log.
        pub log: String,
        /// What happened.
        pub kind: LogLossKind,
        /// When it was noticed.
        pub noticed_at: Instant,
        /// When it was last seen whole.
        pub last_seen: Instant,
        /// How large it was then.
        pub last_size: Size,
        /// The host is another installation since then (/etc/machine-id, MachineGuid), as after it was set up anew.
        pub reinstalled: bool,
        /// The host was started anew since then, as after it was set back to an older state.
        pub restarted: bool,
    }
}

record! {
    /// The event log of Windows.
    pub struct WindowsLog {
        /// Its service runs, and the Security channel takes records: it is enabled, and not full without room for more.
        pub recording: bool,
        /// What is audited, with the result that is recorded: `logon:success`, `logon:failure`, `account_lockout:failure`.
        pub audited: Read<Vec<String>>,
        /// The most that the Security channel may hold before its oldest records go.
        pub size_max: Size,
        /// Who may read the Security channel or clear it, beside administrators and parts of the system: accounts of this machine by
        /// name, others as the machine names them, or by SID. Absent where that could not be seen.
        pub readers: Option<Vec<String>>,
    }
}

choice! {
    /// A part of the agent.
    pub enum AgentPart {
        /// Its service: how it is set up, and whether it runs.
        Service = "service",
        /// Its program.
        Program = "program",
        /// The folder that the program lies in.
        Folder = "folder",
    }
}

record! {
    /// Somebody who may change a part of the agent.
    pub struct AgentRight {
        /// The part.
        pub part: AgentPart,
        /// The SID of an account or a group.
        pub by: String,
    }
}

record! {
    /// The logs of one host.
    pub struct Logs {
        /// journald; absent on a host without it.
        pub journal: Read<Option<Journal>>,
        /// The syslog daemon; absent on a host without one.
        pub syslog: Read<Option<Syslog>>,
        /// Where records are sent.
        pub forwards: Read<Vec<LogForward>>,
        /// auditd; absent on a host without it.
        pub audit: Read<Option<Audit>>,
        /// The event log of Windows; absent elsewhere.
        pub windows: Read<Option<WindowsLog>>,
        /// The logs that are there. Of Windows: channels of its event log, of which writing is clearing.
        pub files: Read<Vec<LogFile>>,
        /// What was lost in the last 30 days.
        pub losses: Vec<LogLoss>,
        /// Since when losses are looked for; absent where nothing is remembered between two looks.
        pub watched_since: Option<Instant>,
        /// Who may change the agent, which watches them, beside the system and its administrators; absent where that is not looked
        /// at: on Linux, where the agent is no service of Windows, and where an older agent does not tell.
        pub agent: Option<Read<Vec<AgentRight>>>,
    }
}
