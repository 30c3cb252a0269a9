//! How passwords are kept: the schemes of what is kept of them, never that itself, and who may read the files.

mod laps;
mod lsa;
pub mod method;
pub mod opasswd;
#[cfg(test)]
mod tests;
pub mod windows;

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::fact::password_storage::{HashScheme, NewHashes, PasswordFile, PasswordStorage, StoredPassword};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode};

use super::accounts::{FILE_LIMIT, LOGIN_DEFS, PASSWD, SHADOW, group, hash_scheme, passwd, shadow};
use super::pam::config::Kind;
use super::pam::{Pam, is_unix};
use super::{Look, Needs};

const FORMER: &str = "/etc/security/opasswd";
const GROUPS: &str = "/etc/group";
/// The files that hold passwords, and the copies that programs leave beside them.
const FILES: [&str; 5] = ["/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", FORMER];
/// The group that Debian and SUSE make for programs that check passwords.
const TRUSTED_GROUP: &str = "shadow";
/// login.defs where the administrator has none.
const VENDOR_LOGIN_DEFS: &str = "/usr/etc/login.defs";

type Former = Result<BTreeMap<String, BTreeSet<HashScheme>>, Reason>;

/// How this host keeps passwords of local accounts.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<PasswordStorage> {
    Outcome::Known(PasswordStorage {
        passwords: passwords(look).into(),
        files: files(look).into(),
        new_passwords: new_hashes(look).into(),
        recoverable: Read::Measured(Vec::new()),
        local_administrators: Read::Measured(None),
        lsa_protection: Read::Measured(None),
    })
}

fn passwords(look: &Look<'_>) -> Result<Vec<StoredPassword>, Reason> {
    let unparsable = |path: &str, error: &dyn std::fmt::Display| {
        Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}"))
    };
    let bytes = look.read_text(PASSWD, FILE_LIMIT).map_err(|error| error.reason())?;
    let accounts = passwd::parse(&bytes).map_err(|error| unparsable(PASSWD, &error))?.entries;
    let bytes = look.read_text(SHADOW, FILE_LIMIT).map_err(|error| error.reason())?;
    let kept = shadow::parse(&bytes).map_err(|error| unparsable(SHADOW, &error))?;
    let former: Former = look
        .read_text_if_there(FORMER, FILE_LIMIT)
        .map(|bytes| bytes.map(|bytes| opasswd::parse(&bytes)).unwrap_or_default())
        .map_err(|error| error.reason());
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for account in accounts.iter().filter(|account| seen.insert(account.name.as_str())) {
        let public = account.password != "x";
        let scheme = if public {
            hash_scheme::scheme(&account.password)
        } else {
            kept.get(&account.name).and_then(|entry| entry.scheme)
        };
        let former: Read<Vec<HashScheme>> = former
            .as_ref()
            .map(|former| former.get(&account.name).into_iter().flatten().copied().collect())
            .map_err(Clone::clone)
            .into();
        if scheme.is_some() || former.measured().is_some_and(|former| !former.is_empty()) {
            let public = public && scheme.is_some();
            found.push(StoredPassword { account: account.name.clone(), scheme, public, former });
        }
    }
    Ok(found)
}

fn files(look: &Look<'_>) -> Result<Vec<PasswordFile>, Reason> {
    let mut trusted: Option<Result<BTreeSet<u32>, Reason>> = None;
    let mut found = Vec::new();
    for path in FILES {
        let metadata = match look.metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.is_not_there() => continue,
            Err(error) => return Err(error.reason()),
        };
        let group_trusted = if metadata.gid == 0 {
            Read::Measured(true)
        } else {
            let groups = trusted.get_or_insert_with(|| trusted_groups(look));
            groups.as_ref().map(|groups| groups.contains(&metadata.gid)).map_err(Clone::clone).into()
        };
        found.push(PasswordFile {
            path: path.to_owned(),
            mode: format!("{:04o}", metadata.mode & 0o7777),
            owner: i64::from(metadata.uid),
            group_trusted,
            group_reads: metadata.mode & 0o040 != 0,
            group_writes: metadata.mode & 0o030 != 0,
            open_to_others: metadata.mode & 0o007 != 0,
        });
    }
    Ok(found)
}

/// The numbers of the group that is made for this.
fn trusted_groups(look: &Look<'_>) -> Result<BTreeSet<u32>, Reason> {
    let bytes = look.read_text(GROUPS, FILE_LIMIT).map_err(|error| error.reason())?;
    let groups = group::parse(&bytes).rows;
    Ok(groups.into_iter().filter(|group| group.name == TRUSTED_GROUP).map(|group| group.gid).collect())
}

fn new_hashes(look: &Look<'_>) -> Result<NewHashes, Reason> {
    let mut defs = None;
    for path in [LOGIN_DEFS, VENDOR_LOGIN_DEFS] {
        defs = look.read_text_if_there(path, FILE_LIMIT).map_err(|error| error.reason())?;
        if defs.is_some() {
            break;
        }
    }
    let defs = defs.unwrap_or_default();
    let login_defs = method::of_login_defs(&defs);
    let stack = Pam::of(look).stack("passwd", Kind::Password)?;
    let Some((module, file)) = stack.modules().find(|(module, _)| is_unix(&module.name)) else {
        let detail = "PAM's stack of passwd sets no password of a local account by pam_unix";
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    };
    let (scheme, origin) = match (method::of_arguments(&module.arguments), method::of_login_defs_for_pam(&defs)) {
        (Some(scheme), _) => (scheme, format!("{scheme} ({file})")),
        // pam_unix looks at the administrator's file alone.
        (None, Some(scheme)) => (scheme, format!("ENCRYPT_METHOD ({LOGIN_DEFS})")),
        (None, None) => (HashScheme::Des, format!("no scheme is named ({file}, {LOGIN_DEFS})")),
    };
    Ok(NewHashes { scheme, origin, login_defs })
}
