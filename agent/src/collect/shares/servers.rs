//! Which servers share: those that run, and those that begin with the system.

use std::collections::BTreeSet;

use tenken_model::Reason;

use crate::collect::Look;
use crate::collect::systemd_unit;

/// A server, by its units and programs.
pub(super) struct Server {
    units: &'static [&'static str],
    programs: &'static [&'static str],
}

/// Samba, as a server of files or as a domain controller.
pub(super) const SAMBA: Server = Server {
    units: &["smbd.service", "smb.service", "samba-ad-dc.service", "samba.service"],
    programs: &["smbd", "samba"],
};
/// The kernel's server of SMB. Its configuration is another, and not followed.
pub(super) const KSMBD: Server = Server { units: &["ksmbd.service"], programs: &["ksmbd.mountd"] };
/// The kernel's server of NFS.
pub(super) const NFS: Server = Server {
    units: &["nfs-server.service", "nfs-kernel-server.service", "nfs.service"],
    programs: &["nfsd", "rpc.mountd", "nfsdcld"],
};
/// A server of NFS whose configuration is another, and not followed.
pub(super) const GANESHA: Server = Server { units: &["nfs-ganesha.service"], programs: &["ganesha.nfsd"] };

/// What runs, and what begins with the system.
pub(super) struct Servers<'a, 'h> {
    look: &'a Look<'h>,
    wanted: Result<BTreeSet<String>, Reason>,
    running: Result<Vec<String>, Reason>,
}

impl<'a, 'h> Servers<'a, 'h> {
    pub(super) fn read(look: &'a Look<'h>) -> Self {
        let running = look.processes().map_err(|error| error.reason());
        let running = running.map(|processes| processes.into_iter().map(|process| process.name).collect());
        Self { look, wanted: systemd_unit::wanted(look).map(|wanted| wanted.units), running }
    }

    /// Whether a server runs, or begins with the system.
    pub(super) fn serves(&self, server: &Server) -> Result<bool, Reason> {
        if self.running.as_ref().is_ok_and(|names| names.iter().any(|name| server.programs.contains(&name.as_str()))) {
            return Ok(true);
        }
        let wanted = self.wanted.as_ref().map_err(Clone::clone)?;
        for unit in server.units.iter().filter(|unit| wanted.contains(**unit)) {
            // The link is left where a package was taken off.
            if !systemd_unit::is_masked(self.look, unit)? && systemd_unit::files(self.look, unit)?.is_some() {
                return Ok(true);
            }
        }
        self.running.as_ref().map(|_| false).map_err(Clone::clone)
    }
}
