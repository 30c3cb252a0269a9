//! By which ways somebody comes into a machine.

use tenken_model::Read;
use tenken_model::fact::automatic_sign_in::AutomaticSignIn;
use tenken_model::fact::remote_access::{RemoteAccess, SshPasswords, SshRoot, SshServer, SshSignIn};

use super::Reading;

impl Reading<'_> {
    /// Servers are reached over SSH with keys; PCs not at all.
    pub(super) fn remote_access(&self) -> RemoteAccess {
        let sign_in = SshSignIn {
            condition: None,
            origin: "/etc/ssh/sshd_config.d/kenshin.conf".to_owned(),
            root: SshRoot::No,
            passwords: SshPasswords::Refused,
            empty_passwords: false,
            keys: true,
            host_based: false,
            rhosts_ignored: true,
            users_limited: true,
            users_denied: false,
            tries: 4,
            x11_forwarding: false,
            tcp_forwarding: false,
            gateway_ports: false,
            tunnel: false,
        };
        let server = SshServer {
            enabled: true,
            running: Read::Measured(true),
            reachable: Read::Measured(true),
            ports: vec![22],
            addresses: vec!["0.0.0.0".to_owned(), "::".to_owned()],
            log_level: "VERBOSE".to_owned(),
            pam: true,
            weak_algorithms: Vec::new(),
            sign_ins: vec![sign_in],
            left_out: 0,
        };
        RemoteAccess {
            ssh: Read::Measured(self.is_server().then_some(server)),
            rdp: Read::Measured(None),
            tools: Read::Measured(Vec::new()),
        }
    }

    pub(super) fn automatic_sign_in(&self) -> AutomaticSignIn {
        AutomaticSignIn {
            display_manager: Read::Measured((!self.is_server()).then(|| "gdm".to_owned())),
            entries: Read::Measured(Vec::new()),
            guests: Read::Measured(Vec::new()),
            plain_passwords: Read::Measured(Vec::new()),
        }
    }
}
