//! What is open to others on this host: shares over SMB, exports over NFS, and homes of people.
//!
//! What a server shares is read where it runs or begins with the system. Elsewhere nothing is shared, whatever its configuration
//! says; where nobody can tell, what is shared is not known.

mod door;
pub mod effective;
pub mod exports;
mod folders;
pub mod nfs;
pub mod rights;
pub mod samba;
mod servers;
pub mod smb_conf;
#[cfg(test)]
mod tests;
pub mod usershare;
pub mod usershares;
pub mod windows;

use std::collections::BTreeSet;

use tenken_model::fact::shares::{NfsExports, ShareKind, Shares, SmbShares};
use tenken_model::observation::Outcome;

use self::servers::Servers;
use super::{Look, Needs};

/// Reads what is shared, and looks at the folders and at homes.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Shares> {
    let servers = Servers::read(look);
    let homes = folders::homes(look);
    let smb = samba::read(look, &servers, &homes);
    let nfs = nfs::read(look, &servers);
    // Where people share what they like, they would choose what is watched.
    let (of_people, over_smb) = (of_samba(&smb, true), of_samba(&smb, false));
    let over_nfs = of_nfs(&nfs);
    let at_work = [&of_people, &over_smb, &over_nfs, &homes.paths].into_iter().flatten().map(String::as_str).collect();
    folders::watch(look, over_smb.iter().chain(&over_nfs).chain(&homes.paths), &at_work);
    let folders = folders::shared(look, &over_smb.union(&of_people).cloned().collect(), &over_nfs);
    Outcome::Known(Shares {
        smb,
        nfs,
        folders,
        homes: homes.told,
        homes_left_out: homes.left_out,
        homes_complete: homes.complete,
    })
}

/// The folders of shares, of those that people made or of the others. Those of printers hold what is printed for a moment; which folder it is may depend on who connects.
fn of_samba(smb: &SmbShares, of_people: bool) -> BTreeSet<String> {
    let is_wanted = |kind| kind != ShareKind::Printers && (kind == ShareKind::OfPerson) == of_people;
    let shares = smb.shares.iter().filter(|share| is_wanted(share.kind));
    shares.filter_map(|share| share.path.as_deref()).filter(|path| !path.contains('%')).filter_map(folder).collect()
}

fn of_nfs(nfs: &NfsExports) -> BTreeSet<String> {
    nfs.exports.iter().filter_map(|export| folder(&export.path)).collect()
}

/// An absolute path without what does not count at its end.
fn folder(path: &str) -> Option<String> {
    let trimmed = path.trim_end_matches('/');
    path.starts_with('/').then(|| if trimmed.is_empty() { "/".to_owned() } else { trimmed.to_owned() })
}
