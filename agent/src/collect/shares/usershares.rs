//! Shares that people made without an administrator.

use tenken_model::fact::shares::{ShareKind, SmbShare};
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::effective::{Configuration, Share};
use super::samba::{flag, text, told};
use super::smb_conf::{Name, list};
use super::usershare::{FILE_MAX, parse};
use crate::collect::Look;
use crate::host::EntryKind;

/// Where they are unless the configuration says another place.
pub const USERSHARES: &str = "/var/lib/samba/usershares";
/// Debian's Samba and that of its relatives lets people share, others only where they are told to.
const DEBIAN: &str = "/etc/debian_version";
/// The most files of the folder.
const FILES_MAX: usize = 1_000;
/// Permissions of the folder without which Samba passes it over.
const STICKY: u32 = 0o1000;
const OTHERS_WRITE: u32 = 0o002;

/// Shares that people made, as far as Samba takes them.
pub(super) fn read(look: &Look<'_>, configuration: &Configuration) -> Result<Vec<SmbShare>, Reason> {
    let global = &configuration.global;
    let most = match text(global, Name::UsershareMax) {
        Some(most) => most.parse::<i64>().unwrap_or(0),
        None => i64::from(look.exists(DEBIAN).map_err(|error| error.reason())?),
    };
    let folder = text(global, Name::UsersharePath).unwrap_or_else(|| USERSHARES.to_owned());
    if most <= 0 {
        return Ok(Vec::new());
    }
    if folder.contains('%') || !folder.starts_with('/') {
        let detail = "read shares that people made: where they are depends on who connects";
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    let folder = folder.trim_end_matches('/');
    let template = match text(global, Name::UsershareTemplate) {
        None => None,
        Some(name) => match configuration.shares.iter().find(|share| share.name.eq_ignore_ascii_case(&name)) {
            Some(share) => Some(share),
            // Without it Samba takes none.
            None => return Ok(Vec::new()),
        },
    };
    let entries = look.list_if_there(folder, FILES_MAX).map_err(|error| error.reason())?;
    let files: Vec<String> = entries
        .into_iter()
        .filter(|entry| entry.kind == EntryKind::File && !entry.name.starts_with(':'))
        .map(|entry| entry.name)
        .collect();
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let metadata = look.metadata(folder).map_err(|error| error.reason())?;
    if metadata.uid != 0 || metadata.mode & STICKY == 0 || metadata.mode & OTHERS_WRITE != 0 {
        return Ok(Vec::new());
    }
    if [Name::UsershareAllow, Name::UsershareDeny]
        .iter()
        .any(|name| global.get(name).is_some_and(|value| !list(value).is_empty()))
    {
        let detail =
            format!("read {folder}: which places people may share is limited by a list, which is not followed");
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    let mut shares = Vec::new();
    for name in files {
        shares.extend(share(look, configuration, template, folder, &name)?);
    }
    Ok(shares)
}

fn share(
    look: &Look<'_>,
    configuration: &Configuration,
    template: Option<&Share>,
    folder: &str,
    name: &str,
) -> Result<Option<SmbShare>, Reason> {
    let path = format!("{folder}/{name}");
    let error = |error: crate::host::ReadError| if error.is_not_there() { Ok(None) } else { Err(error.reason()) };
    // Its list is in the file; another share of its name counts before it.
    if configuration.shares.iter().any(|share| share.name == name.to_lowercase()) {
        return Ok(None);
    }
    let file = match look.metadata(&path) {
        Ok(file) => file,
        Err(found) => return error(found),
    };
    if file.mode & OTHERS_WRITE != 0 || file.size.bytes() > FILE_MAX {
        return Ok(None);
    }
    let bytes = match look.read_text(&path, Size::from_bytes(FILE_MAX)) {
        Ok(bytes) => bytes,
        Err(found) => return error(found),
    };
    let Some(usershare) = parse(name, &bytes) else { return Ok(None) };
    // A person chose it: it is not to be watched.
    let shared = match look.aside().metadata(&usershare.path) {
        Ok(shared) => shared,
        Err(found) => return error(found),
    };
    let owner_only = flag(&configuration.global, Name::UsershareOwnerOnly, true);
    if shared.kind != EntryKind::Folder || owner_only && file.uid != 0 && shared.uid != file.uid {
        return Ok(None);
    }
    let values = template.map_or(&configuration.defaults, |template| &template.values);
    let own_guests = flag(&configuration.global, Name::UsershareGuests, false);
    let guest_ok = if own_guests { usershare.guests } else { flag(values, Name::GuestOk, false) };
    let listed = usershare.guests_listed();
    let told = told(look, configuration, name, (values, guest_ok), Some(usershare.path));
    // Those who do not sign in are let in by the list of the file too.
    let guests = match (&told.guests, listed) {
        (Read::Measured(false), _) | (_, Some(false)) => Read::Measured(false),
        (_, Some(true)) => told.guests,
        (_, None) => {
            let detail =
                format!("read {path}: whether an account or group of its list is that for guests is not followed");
            Read::not_read(ReasonCode::Inconclusive, detail)
        }
    };
    // Whom the template names is told by the template; without names the list of the file alone counts.
    let allowed = if told.allowed.is_empty() { usershare.allowed } else { told.allowed };
    let (kind, writable) = (ShareKind::OfPerson, usershare.writable);
    Ok(Some(SmbShare { kind, guests, writable, allowed, origin: path, ..told }))
}
