//! The lists of folders that are shared, and of the profiles of people.

use std::path::PathBuf;

use tenken_model::fact::shares::{HomeFolder, SharedFolder as ToldFolder};
use tenken_model::{Read, Reason};

use crate::collect::Look;
use crate::collect::security_descriptor::{
    self, ADMINISTRATORS, ANONYMOUS, AUTHENTICATED, CHANGE, CREATOR_OWNER, EVERYONE, GUESTS, INTERACTIVE, NETWORK,
    OWNER_RIGHTS, READ_DATA, SYSTEM, SecurityDescriptor, USERS,
};
use crate::collect::windows_path::Variables;
use crate::host::windows_api::{RegistryPath, SecuredObject, SharedFolder, Sid};
use crate::host::{ReadError, ReadErrorKind};

const PROFILES: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList";
const HOMES_MAX: usize = 300;
/// More of those who may use a folder are not told.
const OTHERS_MAX: usize = 20;

/// A folder with its list.
#[derive(Debug)]
pub(super) struct Folder {
    path: String,
    descriptor: SecurityDescriptor,
}

/// Looks at the folder of a share. That of a printer is not looked at, and is for all.
pub(super) fn look_at(look: &Look<'_>, variables: &Variables, share: &SharedFolder) -> Result<Folder, ReadError> {
    let tried = || format!("read who may use the folder of the share {}", share.name);
    let unfit = |why: &str| ReadError::new(ReadErrorKind::WrongKind, tried(), why);
    let path = variables.path(&share.path).ok_or_else(|| unfit("its path is none from a drive"))?;
    let descriptor = descriptor(look, path)?;
    Ok(Folder { path: share.path.clone(), descriptor })
}

fn descriptor(look: &Look<'_>, path: PathBuf) -> Result<SecurityDescriptor, ReadError> {
    let object = SecuredObject::File(path);
    let bytes = look.security_descriptor(&object)?;
    let unfit = |error: security_descriptor::DescriptorError| {
        ReadError::new(ReadErrorKind::WrongKind, format!("read who may use {object}"), error.to_string())
    };
    security_descriptor::decode(&bytes).map_err(unfit)
}

/// The system, its administrators and its own parts, and those whom an entry only stands for.
fn is_of_system(sid: &Sid) -> bool {
    let own = [SYSTEM, ADMINISTRATORS, CREATOR_OWNER, OWNER_RIGHTS];
    let sid = sid.as_str();
    own.contains(&sid) || ["S-1-5-80-", "S-1-15-"].iter().any(|prefix| sid.starts_with(prefix))
}

/// A group in which everybody is who has an account, or anybody at all.
fn is_everybody(sid: &Sid) -> bool {
    let everybody = [EVERYONE, ANONYMOUS, AUTHENTICATED, GUESTS, INTERACTIVE, NETWORK, USERS];
    everybody.contains(&sid.as_str()) || sid.is_of_domain_or_machine() && matches!(sid.rid(), Some(501 | 513 | 514))
}

impl Folder {
    /// Those who have one of these rights and are not of the system; nothing where the folder has no list, and all have.
    pub(super) fn others(&self, wanted: u32) -> Option<Vec<String>> {
        let holders = self.descriptor.holders(wanted)?;
        Some(holders.into_iter().filter(|sid| !is_of_system(sid)).map(ToString::to_string).collect())
    }

    /// One of these SIDs has all of these rights, or all have.
    pub(super) fn gives(&self, sids: &[&str], wanted: u32) -> bool {
        sids.iter().any(|sid| self.descriptor.gives(sid, wanted))
    }

    /// As the fact tells it.
    pub(super) fn told(&self) -> ToldFolder {
        let holders = self.descriptor.holders(CHANGE);
        let open = holders.as_ref().is_none_or(|holders| holders.iter().any(|sid| is_everybody(sid)));
        let others = holders.map(|holders| holders.into_iter().filter(|sid| !is_of_system(sid)).collect());
        ToldFolder { path: self.path.clone(), mode: names(others), open }
    }
}

fn names(sids: Option<Vec<&Sid>>) -> String {
    let Some(sids) = sids else { return EVERYONE.to_owned() };
    sids.into_iter().take(OTHERS_MAX).map(Sid::as_str).collect::<Vec<_>>().join(", ")
}

/// The profiles of people.
pub(super) struct Homes {
    pub(super) told: Vec<HomeFolder>,
    pub(super) left_out: i64,
    pub(super) complete: Read<bool>,
}

/// Looks at the folder of every profile of a person. One that is gone is passed over.
pub(super) fn homes(look: &Look<'_>, variables: &Variables) -> Homes {
    let list = RegistryPath::machine(PROFILES);
    let profiles = match look.registry(&list) {
        Ok(profiles) => profiles.unwrap_or_default(),
        Err(error) => return Homes { told: Vec::new(), left_out: 0, complete: Read::NotRead(error.reason()) },
    };
    let (mut told, mut missed) = (Vec::new(), None::<Reason>);
    let people = profiles.subkeys.iter().filter_map(|name| name.parse::<Sid>().ok());
    let people: Vec<Sid> = people.filter(|sid| sid.is_of_domain_or_machine() || sid.is_of_entra()).collect();
    for sid in people.iter().take(HOMES_MAX) {
        match home(look, variables, &list, sid) {
            Ok(home) => told.extend(home),
            Err(error) if error.is_not_there() => {}
            Err(error) => {
                missed.get_or_insert(error.reason());
            }
        }
    }
    Homes {
        told,
        left_out: i64::try_from(people.len().saturating_sub(HOMES_MAX)).unwrap_or(i64::MAX),
        complete: missed.map_or(Read::Measured(true), Read::NotRead),
    }
}

fn home(
    look: &Look<'_>,
    variables: &Variables,
    list: &RegistryPath,
    sid: &Sid,
) -> Result<Option<HomeFolder>, ReadError> {
    let profile = look.aside().registry(&list.join(sid.as_str()))?.unwrap_or_default();
    let Some(path) = profile.text("ProfileImagePath").and_then(|text| variables.path(text)) else { return Ok(None) };
    let descriptor = descriptor(look, path.clone())?;
    let path = path.to_string_lossy().into_owned();
    let others = descriptor.holders(READ_DATA).map(|holders| {
        holders.into_iter().filter(|holder| *holder != sid && !is_of_system(holder)).collect::<Vec<_>>()
    });
    let is_own = |owner: &Sid| owner == sid || is_of_system(owner);
    Ok(Some(HomeFolder {
        account: path.rsplit('/').next().unwrap_or_default().to_owned(),
        owned: descriptor.owner.as_ref().is_some_and(is_own),
        private: others.as_ref().is_some_and(Vec::is_empty),
        mode: names(others),
        path,
    }))
}
