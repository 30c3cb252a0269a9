//! What Samba shares.

use tenken_model::fact::shares::{ShareKind, SmbShare, SmbShares};
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::door::Door;
use super::effective::{Configuration, Share, Values, follow};
use super::folders::Homes;
use super::rights::{self, Allowed};
use super::servers::{KSMBD, SAMBA, Servers};
use super::smb_conf::{Name, Statement, parse, squeeze, unquoted};
use super::usershares;
use crate::collect::Look;

/// The configuration on Debian, Red Hat and their relatives.
pub const SMB_CONF: &str = "/etc/samba/smb.conf";
const FILE_MAX: Size = Size::from_bytes(1 << 20);
/// The most shares that are told.
const SHARES_MAX: usize = 200;
/// How often `config file` leads on.
const HOPS_MAX: usize = 4;

/// What is told of no server.
const NOTHING: SmbShares = SmbShares { shares: Vec::new(), left_out: 0, complete: Read::Measured(true) };

/// Reads what is shared. What homes there are is known already.
pub(super) fn read(look: &Look<'_>, servers: &Servers<'_, '_>, homes: &Homes) -> SmbShares {
    match shared(look, servers, homes) {
        Ok(shares) => shares,
        Err(reason) => SmbShares { complete: Read::NotRead(reason), ..NOTHING },
    }
}

fn shared(look: &Look<'_>, servers: &Servers<'_, '_>, homes: &Homes) -> Result<SmbShares, Reason> {
    if servers.serves(&KSMBD)? {
        let detail = "read what is shared over SMB: ksmbd is in use, whose configuration is not followed";
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    if !servers.serves(&SAMBA)? {
        return Ok(NOTHING);
    }
    if let Some(configuration) = configuration(look)? {
        return Ok(shares(look, &configuration, homes));
    }
    let detail = format!("read {SMB_CONF}: it is not there, and a server of Samba is in use");
    Err(Reason::new(ReasonCode::Unsupported, detail))
}

/// The configuration in force, which one file may leave to another.
fn configuration(look: &Look<'_>) -> Result<Option<Configuration>, Reason> {
    let mut file = SMB_CONF.to_owned();
    for _ in 0..HOPS_MAX {
        let Some(statements) = statements(look, &file)? else { return Ok(None) };
        let found = follow(&file, &statements, &mut |path| self::statements(look, path))?;
        let unsupported = |why: &str| Err(Reason::new(ReasonCode::Unsupported, format!("read {file}: {why}")));
        if found.global.get(&Name::Backend).is_some_and(|backend| squeeze(backend) == "registry") {
            return unsupported("the configuration is in the registry, which is not read");
        }
        match text(&found.global, Name::ConfigFile) {
            None => return Ok(Some(found)),
            Some(other) if other == file => return Ok(Some(found)),
            Some(other) if other.contains('%') || !other.starts_with('/') => {
                return unsupported("it leaves the configuration to a file whose name depends on who connects");
            }
            Some(other) => {
                // One that is not there changes nothing.
                if !look.exists(&other).map_err(|error| error.reason())? {
                    return Ok(Some(found));
                }
                file = other;
            }
        }
    }
    Err(Reason::new(ReasonCode::Unsupported, format!("read {SMB_CONF}: too many files leave it to another")))
}

fn statements(look: &Look<'_>, file: &str) -> Result<Option<Vec<Statement>>, Reason> {
    let bytes = look.read_text_if_there(file, FILE_MAX).map_err(|error| error.reason())?;
    let parsed = bytes.map(|bytes| parse(&bytes)).transpose();
    parsed.map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {file}: {error}")))
}

fn shares(look: &Look<'_>, configuration: &Configuration, homes: &Homes) -> SmbShares {
    let lists = rights::share_lists(look);
    let found = configuration.shares.iter().filter_map(|share| of_administrator(look, configuration, share, homes));
    let mut shares: Vec<SmbShare> = found
        .map(|share| match rights::listed_apart(&lists, &share.name) {
            Read::Measured(false) => share,
            listed => SmbShare { listed, ..share },
        })
        .collect();
    let mut missed = flag(&configuration.global, Name::RegistryShares, false).then(|| {
        let detail = "read what Samba shares: there are shares in the registry too, which is not read";
        Reason::new(ReasonCode::Unsupported, detail)
    });
    match usershares::read(look, configuration) {
        Ok(found) => shares.extend(found),
        Err(reason) => missed = missed.or(Some(reason)),
    }
    let left_out = i64::try_from(shares.len().saturating_sub(SHARES_MAX)).unwrap_or(i64::MAX);
    // What is told is what matters most.
    shares.sort_by_key(|share| (share.guests == Read::Measured(false), !share.allowed.is_empty()));
    shares.truncate(SHARES_MAX);
    if left_out > 0 {
        let detail = format!("read what Samba shares: more than {SHARES_MAX} shares, {left_out} were left out");
        missed = missed.or(Some(Reason::new(ReasonCode::TooLarge, detail)));
    }
    SmbShares { shares, left_out, complete: missed.map_or(Read::Measured(true), Read::NotRead) }
}

/// A share of the configuration; nothing for one that is not offered.
fn of_administrator(look: &Look<'_>, configuration: &Configuration, share: &Share, homes: &Homes) -> Option<SmbShare> {
    let values = &share.values;
    if !flag(values, Name::Available, true) || !flag(values, Name::Valid, true) {
        return None;
    }
    let kind = match share.name.as_str() {
        "homes" => ShareKind::Homes,
        "printers" => ShareKind::Printers,
        _ if flag(values, Name::Printable, false) => ShareKind::Printers,
        _ => ShareKind::Folder,
    };
    let path = text(values, Name::Path);
    // Samba makes it unavailable, or sends whoever comes to another server.
    if path.is_none() && kind != ShareKind::Homes || text(values, Name::MsdfsProxy).is_some() {
        return None;
    }
    let guest_ok = flag(values, Name::GuestOk, false);
    let is_home = kind == ShareKind::Homes && path.is_none();
    let told = told(look, configuration, &share.name, (values, guest_ok), path);
    let told = SmbShare { kind, origin: share.origin.to_string(), ..told };
    if !is_home {
        return Some(told);
    }
    let door = limited(values, &share.name, || homes.door(look));
    Some(SmbShare { folder_closed: door.closed, folder_opened_to: door.opened_to, ..told })
}

/// A door as it is for those who come through a share, which may make others of them.
fn limited(values: &Values, name: &str, door: impl FnOnce() -> Door) -> Door {
    if [Name::ForceUser, Name::ForceGroup].into_iter().any(|name| text(values, name).is_some()) {
        return Door::open();
    }
    // These are root to it, whom nothing keeps out.
    let administrators = Allowed::read(values, Name::AdminUsers);
    door().and(administrators.names(), administrators.complete(name))
}

/// A share of its parameters, with whether it takes in guests where its names do. The file it stands in is to be added.
pub(super) fn told(
    look: &Look<'_>,
    configuration: &Configuration,
    name: &str,
    (values, guest_ok): (&Values, bool),
    path: Option<String>,
) -> SmbShare {
    let written = Allowed::read(values, Name::ValidUsers);
    let door = match &path {
        Some(path) => limited(values, name, || Door::of(look, path)),
        None => Door::open(),
    };
    let guests = if guest_ok {
        written.guests(text(&configuration.global, Name::GuestAccount).as_deref())
    } else {
        Read::Measured(false)
    };
    SmbShare {
        name: name.to_owned(),
        kind: ShareKind::Folder,
        guests,
        writable: !flag(values, Name::ReadOnly, true),
        owner_alone: written.owner_alone(),
        allowed_complete: written.complete(name),
        allowed_left_out: written.left_out(),
        allowed: written.names(),
        folder_closed: door.closed,
        folder_opened_to: door.opened_to,
        listed: rights::listed(configuration, values, name),
        origin: String::new(),
        path,
    }
}

/// A flag, or what it is where it is not set.
pub(super) fn flag(values: &Values, name: Name, otherwise: bool) -> bool {
    values.get(&name).map_or(otherwise, |value| value == "yes")
}

/// A text that is not empty.
pub(super) fn text(values: &Values, name: Name) -> Option<String> {
    values.get(&name).map(|value| unquoted(value).to_owned()).filter(|value| !value.is_empty())
}
