//! Idle limits of terminals and remote shells.

use crate::{Read, Span, record};

record! {
    /// The idle limit of login shells that follow TMOUT, which are those of the family of bash and ksh.
    pub struct ShellTimeout {
        /// Idle time until the shell ends.
        pub limit: Span,
        /// It is read-only, so that a person cannot unset it.
        pub read_only: bool,
        /// The file that sets it.
        pub origin: String,
    }
}

record! {
    /// How the SSH server treats idle or dead sessions.
    pub struct SshTimeout {
        /// A client that no longer answers is dropped after this time (ClientAliveInterval times
        /// ClientAliveCountMax); absent means never.
        pub unresponsive: Option<Span>,
        /// A session without traffic is closed after this time (ChannelTimeout); absent means never.
        pub idle_channel: Option<Span>,
    }
}

record! {
    /// How Remote Desktop of Windows treats idle sessions.
    pub struct RemoteDesktopTimeout {
        /// A session without input is disconnected or ended after this time (MaxIdleTime); absent means never, as far as the
        /// machine decides.
        pub idle: Read<Option<Span>>,
        /// A session that is disconnected is ended after this time (MaxDisconnectionTime); absent means never.
        pub disconnected: Read<Option<Span>>,
    }
}

record! {
    /// Idle limits of terminals and remote shells.
    pub struct SessionTimeout {
        /// The limit of login shells; absent when none is set.
        pub shell: Read<Option<ShellTimeout>>,
        /// The SSH server's limits; absent when no SSH server is installed.
        pub ssh: Read<Option<SshTimeout>>,
        /// logind ends idle sessions after this time (StopIdleSessionSec); absent means never.
        pub logind: Read<Option<Span>>,
        /// The limits of Remote Desktop; absent on other systems than Windows, and where it takes no connections.
        pub remote_desktop: Option<RemoteDesktopTimeout>,
    }
}
