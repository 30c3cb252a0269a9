//! The configuration, the data folder, the database.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::super::judge::{ConfigurationSeen, DataSeen, DatabaseSeen, FileSeen, FolderSeen, SecretSeen};
use crate::configuration::{Options, Place, Source};
use crate::mail::TransportSettings;
use crate::secret_file::SecretFile;
use crate::store::{Location, examine};

/// The account of an installed dashboard.
const ACCOUNT: &str = "tenken-dashboard";
/// So many paths of the data folder are looked at.
const PATHS_MAX: usize = 2_000;

/// Looks at the configuration that was read from `file`.
pub fn configuration(file: Option<&Path>, options: &Options) -> ConfigurationSeen {
    let mut with_secrets = Vec::new();
    let in_address = options.database.as_deref().is_some_and(has_password);
    let webhook_here = matches!(&options.mail, Some(Source::Here(mail)) if mail.webhook.is_some());
    if in_address || webhook_here {
        with_secrets.extend(file.map(Path::to_owned));
    }
    let mail = options.mail.as_ref().and_then(|mail| mail.settings().ok());
    let mail_file = options.mail.as_ref().and_then(Source::file);
    if mail.as_ref().is_some_and(|mail| mail.webhook.is_some()) {
        with_secrets.extend(mail_file.map(Path::to_owned));
    }
    let provider = options.identity_provider.as_ref().and_then(|provider| provider.settings().ok());
    let password = mail.and_then(|mail| match mail.transport {
        TransportSettings::Smtp { password_file, .. } => password_file,
        TransportSettings::Folder { .. } | TransportSettings::None => None,
    });
    let secrets = [options.database_password_file.clone(), password, provider.and_then(|of| of.client_secret_file)];
    ConfigurationSeen::Read {
        file: file.map(Path::to_owned),
        files: with_secrets.iter().filter_map(|path| seen(path)).collect(),
        secrets: secrets.into_iter().flatten().map(|file| secret(&file)).collect(),
    }
}

fn has_password(address: &str) -> bool {
    let parsed = reqwest::Url::parse(address);
    parsed.is_ok_and(|url| url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password"))
}

fn seen(path: &Path) -> Option<FileSeen> {
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    Some(FileSeen { path: path.display().to_string(), mode })
}

fn secret(file: &SecretFile) -> SecretSeen {
    match (file.read(), file) {
        (Ok(_), _) => SecretSeen::Good,
        (Err(_), SecretFile::Credential(_)) => SecretSeen::OfTheService(file.to_string()),
        (Err(error), SecretFile::File(_)) => SecretSeen::Bad(error.to_string()),
    }
}

/// Looks at the data folder; `accounts` is the list of accounts (`passwd(5)`).
pub fn data(folder: &Path, accounts: &str) -> DataSeen {
    let metadata = match std::fs::metadata(folder) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return DataSeen::Missing,
        Err(error) => return DataSeen::Denied(error.to_string()),
    };
    let file_system = match rustix::fs::statvfs(folder) {
        Ok(file_system) => file_system,
        Err(error) => return DataSeen::Denied(error.to_string()),
    };
    let account = account(accounts);
    let owner = account.as_ref().map_or(metadata.uid(), |(_, id)| *id);
    let name = account.map_or_else(|| owner.to_string(), |(name, _)| name);
    let foreign = match foreign(folder, owner) {
        Ok(foreign) => foreign,
        Err(error) => return DataSeen::Denied(error.to_string()),
    };
    DataSeen::Seen(FolderSeen {
        mode: metadata.permissions().mode() & 0o777,
        account: Some(name),
        foreign: foreign.map(|path| path.display().to_string()),
        free: file_system.f_bavail.saturating_mul(file_system.f_frsize),
        read_only: file_system.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY),
    })
}

/// The account of the installed dashboard and its number, if there is one.
fn account(accounts: &str) -> Option<(String, u32)> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| *name == ACCOUNT)?;
        Some((name.to_owned(), fields.nth(1)?.parse().ok()?))
    })
}

/// The first path at or below a folder that belongs to somebody else.
fn foreign(folder: &Path, owner: u32) -> std::io::Result<Option<PathBuf>> {
    let mut waiting = vec![folder.to_owned()];
    let mut looked = 0;
    while let Some(path) = waiting.pop() {
        looked += 1;
        let metadata = match path.symlink_metadata() {
            Ok(metadata) => metadata,
            // The running dashboard removed it meanwhile.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        if metadata.uid() != owner {
            return Ok(Some(path));
        }
        if metadata.is_dir() && looked < PATHS_MAX {
            for entry in std::fs::read_dir(&path)? {
                waiting.push(entry?.path());
            }
        }
    }
    Ok(None)
}

/// Looks at the database, and says what it is called.
pub async fn database(place: &Place) -> (&'static str, DatabaseSeen) {
    let (kind, location) = match &place.database {
        Some(location) => ("PostgreSQL", Ok(location.clone())),
        None if !place.data.join("tenken.db").exists() => return ("SQLite", DatabaseSeen::None),
        None => ("SQLite", Location::to_look_at(&place.data)),
    };
    let looked = async { examine(&location?).await };
    let seen = match tokio::time::timeout(super::WITHIN * 6, looked).await {
        Ok(Ok(examined)) => DatabaseSeen::Seen(examined),
        Ok(Err(error)) => DatabaseSeen::Down(error.to_string()),
        Err(_) => DatabaseSeen::Down("it did not answer in time".to_owned()),
    };
    (kind, seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_that_of_the_package() {
        let accounts =
            "root:x:0:0::/root:/bin/sh\ntenken-dashboard:x:997:996::/var/lib/tenken-dashboard:/usr/sbin/nologin\n";
        assert_eq!(account(accounts), Some((ACCOUNT.to_owned(), 997)));
        assert_eq!(account("root:x:0:0::/root:/bin/sh\ntenken-dashboard:x\n"), None);
    }

    #[test]
    fn a_folder_is_seen_with_whose_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let own = std::fs::metadata(folder.path()).unwrap().uid();
        std::fs::create_dir(folder.path().join("authority")).unwrap();
        assert_eq!(foreign(folder.path(), own).unwrap(), None);
        let DataSeen::Seen(seen) = data(folder.path(), &format!("{ACCOUNT}:x:{}:0::/:/\n", own + 1)) else {
            panic!("it is there")
        };
        assert_eq!((seen.account.as_deref(), seen.foreign.is_some()), (Some(ACCOUNT), true));
        assert!(seen.free > 0 && !seen.read_only);
        assert_eq!(data(&folder.path().join("none"), ""), DataSeen::Missing);
    }

    #[test]
    fn a_password_in_an_address_is_a_secret() {
        for (address, holds) in [
            ("postgres://tenken@h/d", false),
            ("postgres://tenken:x@h/d", true),
            ("postgres:///d?host=/run/postgresql&password=x", true),
        ] {
            assert_eq!(has_password(address), holds, "{address}");
        }
    }
}
