//! By what this host can be reached and used from afar.

use crate::{Read, choice, record};

choice! {
    /// How root may sign in over SSH (PermitRootLogin), the widest first.
    pub enum SshRoot {
        /// In every way, with a password too.
        Yes = "yes",
        /// With keys, not with a password.
        ProhibitPassword = "prohibit_password",
        /// Only to run the command a key is tied to.
        ForcedCommandsOnly = "forced_commands_only",
        /// Not at all.
        No = "no",
    }
}

choice! {
    /// Whether a password opens an account over SSH, the weakest first.
    pub enum SshPasswords {
        /// It does alone.
        Alone = "alone",
        /// Only the questions of PAM do alone, which may ask for more than a password.
        Interactive = "interactive",
        /// Only together with a key or a host's proof.
        WithAnother = "with_another",
        /// It does not.
        Refused = "refused",
    }
}

record! {
    /// How the SSH server treats sign-ins: all outside Match blocks, or those that one Match block is for.
    pub struct SshSignIn {
        /// Whom the Match block is for, as written; absent for all that no block is for.
        pub condition: Option<String>,
        /// File and line of the block; the server's own file outside blocks.
        pub origin: String,
        /// How root may sign in.
        pub root: SshRoot,
        /// What a password opens, by every directive that bears on it.
        pub passwords: SshPasswords,
        /// An account without a password is opened (PermitEmptyPasswords, where passwords are asked for at all).
        pub empty_passwords: bool,
        /// Keys open accounts (PubkeyAuthentication).
        pub keys: bool,
        /// The word of another host opens accounts (HostbasedAuthentication).
        pub host_based: bool,
        /// Files of people that trust hosts are not followed (IgnoreRhosts).
        pub rhosts_ignored: bool,
        /// Only named users or groups may sign in (AllowUsers, AllowGroups; `*` names nobody).
        pub users_limited: bool,
        /// Named users or groups may not (DenyUsers, DenyGroups).
        pub users_denied: bool,
        /// Failed tries of one connection (MaxAuthTries).
        pub tries: i64,
        /// Graphical programs show on the client (X11Forwarding).
        pub x11_forwarding: bool,
        /// Connections may be led through this host (AllowTcpForwarding).
        pub tcp_forwarding: bool,
        /// Others may use such a connection too (GatewayPorts).
        pub gateway_ports: bool,
        /// Networks may be joined through this host (PermitTunnel).
        pub tunnel: bool,
    }
}

record! {
    /// OpenSSH's server on this host.
    pub struct SshServer {
        /// It begins with the system, or with a connection.
        pub enabled: bool,
        /// It runs.
        pub running: Read<bool>,
        /// Other hosts can reach it: enabled or running, and not on loopback alone.
        pub reachable: Read<bool>,
        /// The ports it waits on by its own configuration.
        pub ports: Vec<i64>,
        /// The addresses it waits on; empty means all.
        pub addresses: Vec<String>,
        /// How much it writes down (LogLevel), in capital letters.
        pub log_level: String,
        /// PAM decides on sign-ins too (UsePAM).
        pub pam: bool,
        /// Weak ciphers, checksums and key exchanges it takes.
        pub weak_algorithms: Vec<String>,
        /// First what holds outside Match blocks, then each block that is weaker in something.
        pub sign_ins: Vec<SshSignIn>,
        /// How many such blocks were left out because there were too many.
        pub left_out: i64,
    }
}

record! {
    /// A program by which this host can be used from afar, other than OpenSSH's server.
    pub struct RemoteTool {
        /// Its name.
        pub name: String,
        /// Where it was found.
        pub found: String,
        /// It begins with the system, with a connection or with inetd.
        pub enabled: bool,
        /// A process of it runs.
        pub running: Read<bool>,
        /// What is typed and shown travels unencrypted: telnet, rsh, rlogin, rexec.
        pub plain: bool,
    }
}

choice! {
    /// How connections of Remote Desktop are secured (SecurityLayer), the weakest first.
    pub enum RdpSecurity {
        /// By RDP's own means, which prove nothing of the host.
        Rdp = "rdp",
        /// By TLS if the other end can, otherwise by RDP's own means.
        Negotiate = "negotiate",
        /// By TLS.
        Tls = "tls",
    }
}

record! {
    /// Remote Desktop of Windows.
    pub struct RdpServer {
        /// Connections are taken (fDenyTSConnections is 0).
        pub enabled: Read<bool>,
        /// Its service runs.
        pub running: Read<bool>,
        /// The port.
        pub port: Read<i64>,
        /// Whoever connects proves who they are before a session is made (Network Level Authentication).
        pub sign_in_first: Read<bool>,
        /// How connections are secured.
        pub security: Read<RdpSecurity>,
        /// The least encryption (MinEncryptionLevel): 1 low, 2 what the other end can, 3 high, 4 FIPS.
        pub encryption: Read<i64>,
        /// The firewall lets connections in from any address, or lets everything in.
        pub from_anywhere: Read<bool>,
        /// Drives of the machine at the other end do not appear in the session (fDisableCdm); absent where an older agent does not tell.
        pub drives_refused: Option<Read<bool>>,
        /// The clipboard is not shared with the machine at the other end (fDisableClip); absent where an older agent does not tell.
        pub clipboard_refused: Option<Read<bool>>,
        /// Who may beside the administrators: the members of the group Remote Desktop Users, by SID.
        pub users: Read<Vec<String>>,
    }
}

record! {
    /// By what this host can be reached and used from afar.
    pub struct RemoteAccess {
        /// The SSH server; absent when none is installed.
        pub ssh: Read<Option<SshServer>>,
        /// Remote Desktop of Windows; absent on other systems.
        pub rdp: Read<Option<RdpServer>>,
        /// Other programs that are installed or run, by name.
        pub tools: Read<Vec<RemoteTool>>,
    }
}
