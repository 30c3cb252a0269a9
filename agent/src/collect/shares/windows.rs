//! What a Windows host shares over SMB, and the profiles of people.
//!
//! Who may use a share is in its own list and in that of the folder, both by SID; the narrower of them counts. Shares that Windows
//! makes for administrators (`C$`, `ADMIN$`, `IPC$`) are told by a bit of their kind and are no finding. Whoever does not sign in comes as
//! the guest account where that is enabled, or as nobody where null sessions are let in (`RestrictNullSessAccess`,
//! `NullSessionShares`, `EveryoneIncludesAnonymous`).

mod folders;
mod visitors;

use std::collections::BTreeSet;

use tenken_model::fact::shares::{NfsExports, ShareKind, SharedFolders, Shares, SmbShare, SmbShares};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode};

use self::folders::Folder;
use self::visitors::Visitors;
use crate::collect::security_descriptor::{self, CHANGE, READ_DATA};
use crate::collect::windows_path::Variables;
use crate::collect::windows_setting::Services;
use crate::collect::{Look, Needs};
use crate::host::ReadError;
use crate::host::windows_api::SharedFolder;

/// STYPE_SPECIAL: made for administrators.
const SPECIAL: u32 = 0x8000_0000;
/// The kinds below the flags: STYPE_DISKTREE and STYPE_PRINTQ.
const DISK: u32 = 0;
const PRINTER: u32 = 1;
const SHARES_MAX: usize = 500;
const ALLOWED_MAX: usize = 50;
/// The SID of nobody: for a share that lets nobody in.
const NOBODY: &str = "S-1-0-0";

/// Reads what is shared, and looks at the folders and at the profiles of people.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Shares> {
    let services = match Services::read(look) {
        Ok(services) => services,
        Err(error) => return Outcome::Failed(error.reason()),
    };
    let variables = Variables::read(look).unwrap_or_default();
    let (smb, folders) = smb(look, &services, &variables);
    let homes = folders::homes(look, &variables);
    Outcome::Known(Shares {
        smb,
        nfs: nfs(&services),
        folders,
        homes: homes.told,
        homes_left_out: homes.left_out,
        homes_complete: homes.complete,
    })
}

fn smb(look: &Look<'_>, services: &Services, variables: &Variables) -> (SmbShares, SharedFolders) {
    let nothing = |complete: Read<bool>| {
        let smb = SmbShares { shares: Vec::new(), left_out: 0, complete: complete.clone() };
        (smb, SharedFolders { folders: Vec::new(), complete })
    };
    if !services.runs("LanmanServer") {
        return nothing(Read::Measured(true));
    }
    let listed = match look.shared_folders() {
        Ok(listed) => listed,
        Err(error) => return nothing(Read::NotRead(error.reason())),
    };
    let is_told = |share: &&SharedFolder| share.kind & SPECIAL == 0 && matches!(share.kind & 0xff, DISK | PRINTER);
    let listed: Vec<&SharedFolder> = listed.iter().filter(is_told).collect();
    let left_out = listed.len().saturating_sub(SHARES_MAX);
    let visitors = Visitors::read(look);
    let (mut shares, mut folders, mut missed, mut known) = (Vec::new(), Vec::new(), None, BTreeSet::new());
    for share in listed.into_iter().take(SHARES_MAX) {
        let folder = folders::look_at(look, variables, share);
        if share.kind & 0xff == DISK && known.insert(share.path.clone()) {
            match &folder {
                Ok(folder) => folders.push(folder.told()),
                // A share of a folder that is gone shares nothing.
                Err(error) if error.is_not_there() => {}
                Err(error) => {
                    missed.get_or_insert(error.reason());
                }
            }
        }
        shares.push(told(share, &folder, &visitors));
    }
    let complete = if left_out > 0 {
        Read::not_read(ReasonCode::TooLarge, format!("list shares: {left_out} more than are kept"))
    } else {
        Read::Measured(true)
    };
    let folders_complete = missed.map_or_else(|| complete.clone(), Read::NotRead);
    let smb = SmbShares { shares, left_out: i64::try_from(left_out).unwrap_or(i64::MAX), complete };
    (smb, SharedFolders { folders, complete: folders_complete })
}

fn told(share: &SharedFolder, folder: &Result<Folder, ReadError>, visitors: &Visitors) -> SmbShare {
    let descriptor = share.security.as_ref().map(|bytes| security_descriptor::decode(&bytes.0)).transpose();
    let descriptor = descriptor.map_err(|error| {
        Reason::new(ReasonCode::Unparsable, format!("read who may use the share {}: {error}", share.name))
    });
    let guests = match (&descriptor, folder) {
        (Ok(list), Ok(folder)) => visitors.may_use(&share.name, list.as_ref(), folder),
        (Err(reason), _) => Read::NotRead(reason.clone()),
        (_, Err(error)) if error.is_not_there() => Read::Measured(false),
        (_, Err(error)) => Read::NotRead(error.reason()),
    };
    // Without a list of its own a share is for all.
    let holders = |wanted| match &descriptor {
        Ok(Some(list)) => list.holders(wanted),
        Ok(None) | Err(_) => None,
    };
    let allowed = holders(READ_DATA).map(|holders| holders.iter().map(ToString::to_string).collect::<Vec<_>>());
    let mut allowed = match allowed {
        Some(nobody) if nobody.is_empty() => vec![NOBODY.to_owned()],
        Some(allowed) => allowed,
        None => Vec::new(),
    };
    let allowed_left_out = allowed.len().saturating_sub(ALLOWED_MAX);
    allowed.truncate(ALLOWED_MAX);
    let allowed_complete = match &descriptor {
        Err(reason) => Read::NotRead(reason.clone()),
        Ok(_) if allowed_left_out > 0 => {
            let detail = format!("read who may use the share {}: {allowed_left_out} more than are told", share.name);
            Read::not_read(ReasonCode::TooLarge, detail)
        }
        Ok(_) => Read::Measured(true),
    };
    let opened_to = folder.as_ref().map(|folder| folder.others(READ_DATA)).map_err(ReadError::reason);
    let (folder_closed, folder_opened_to) = match opened_to {
        Ok(Some(others)) => (Read::Measured(true), Read::Measured(others)),
        Ok(None) => (Read::Measured(false), Read::Measured(Vec::new())),
        Err(reason) => (Read::NotRead(reason.clone()), Read::NotRead(reason)),
    };
    SmbShare {
        name: share.name.clone(),
        kind: if share.kind & 0xff == PRINTER { ShareKind::Printers } else { ShareKind::Folder },
        path: Some(share.path.clone()).filter(|path| !path.is_empty()),
        guests,
        writable: holders(CHANGE).is_none_or(|holders| !holders.is_empty()),
        allowed,
        allowed_left_out: i64::try_from(allowed_left_out).unwrap_or(i64::MAX),
        allowed_complete,
        owner_alone: false,
        folder_closed,
        folder_opened_to,
        listed: Read::Measured(false),
        origin: share.path.clone(),
    }
}

/// What the server of NFS exports, which is a feature of Windows Server, is not read.
fn nfs(services: &Services) -> NfsExports {
    let complete = if services.runs("NfsService") {
        Read::not_read(ReasonCode::Unsupported, "read exports: those of the server of NFS of Windows are not read")
    } else {
        Read::Measured(true)
    };
    NfsExports { exports: Vec::new(), left_out: 0, complete }
}
