//! Protocols of its network that Windows speaks although newer ones took their place.

use crate::{Read, record};

record! {
    /// The older protocols. Absent on other systems.
    pub struct NetworkProtocols {
        /// Names that no server knows are asked of everybody nearby (LLMNR), and whoever answers first is believed.
        pub llmnr: Read<bool>,
        /// Adapters on which NetBIOS is not switched off, by their GUID.
        pub netbios: Read<Vec<String>>,
        /// Files are shared over version 1 of SMB.
        pub smb1_server: Read<bool>,
        /// Shares of others are opened over version 1 of SMB.
        pub smb1_client: Read<bool>,
        /// Whoever opens shares of this host must sign (RequireSecuritySignature of the server).
        pub server_needs_signing: Read<bool>,
        /// Whose shares this host opens must sign (RequireSecuritySignature of the workstation).
        pub client_needs_signing: Read<bool>,
        /// How old a sign-in over NTLM may be (LmCompatibilityLevel): from 3 on only version 2 is sent, with 5 only version 2 is taken.
        pub ntlm_level: Read<i64>,
    }
}
