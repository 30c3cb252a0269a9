//! PAM as it is configured: the stacks of modules that services ask.

pub mod config;
pub mod control;
pub mod stack;
pub mod walk;

use std::collections::BTreeMap;

use tenken_model::{Reason, ReasonCode, Size};

use self::config::{Kind, parse, parse_of};
use self::stack::{File, Stack, StackError, steps};
use super::Look;

/// Where files of services are, the administrator's first. The folder of templates that Debian keeps (`/usr/share/pam`) is
/// none of them.
pub const FOLDERS: [&str; 4] = ["/etc/pam.d", "/usr/lib/pam.d", "/usr/etc/pam.d", "/usr/share/pam.d"];
/// What holds every service where there is none of these folders.
pub const ONE_FILE: &str = "/etc/pam.conf";
/// The service of whose lines those make use that have none of a kind.
const OTHER: &str = "other";
/// The most bytes of one file.
pub const FILE_MAX: Size = Size::from_bytes(256 * 1024);

/// Modules that neither tell who somebody is nor look at a password, or of which it is known what they do: other answers of
/// theirs than failing open no door.
const KNOWN: &str = "pam_access pam_cap pam_cgroup pam_debug pam_deny pam_echo pam_ecryptfs pam_env pam_extrausers \
    pam_faildelay pam_faillock pam_fprintd pam_gdm pam_gnome_keyring pam_group pam_issue pam_keyinit pam_krb5 pam_kwallet \
    pam_kwallet5 pam_lastlog pam_lastlog2 pam_ldap pam_limits pam_listfile pam_localuser pam_loginuid pam_mail \
    pam_mkhomedir pam_motd pam_mount pam_namespace pam_nologin pam_oddjob_mkhomedir pam_permit pam_postgresok pam_rootok \
    pam_securetty pam_selinux pam_sepermit pam_setquota pam_shells pam_sss pam_succeed_if pam_systemd pam_systemd_home \
    pam_systemd_loadkey pam_tally pam_tally2 pam_time pam_umask pam_unix pam_unix_auth pam_unix_passwd pam_usertype \
    pam_warn pam_wheel pam_winbind pam_xauth";

/// Whether it is known what a module does.
pub fn is_known(module: &str) -> bool {
    KNOWN.split_ascii_whitespace().any(|known| known == module)
}

/// Whether it is the module of local passwords.
pub fn is_unix(module: &str) -> bool {
    ["pam_unix", "pam_unix_auth", "pam_unix_passwd"].contains(&module)
}

/// The configuration on one host; each file is read once.
pub struct Pam<'a, 'h> {
    look: &'a Look<'h>,
    files: BTreeMap<String, Result<Option<File>, Reason>>,
    /// The folders that are there; without any, all is in one file.
    folders: Result<Vec<&'static str>, Reason>,
}

impl<'a, 'h> Pam<'a, 'h> {
    /// The configuration that is there.
    pub fn of(look: &'a Look<'h>) -> Self {
        let mut folders = Ok(Vec::new());
        for folder in FOLDERS {
            match (look.exists(folder), &mut folders) {
                (Ok(true), Ok(found)) => found.push(folder),
                (Ok(_), _) => {}
                (Err(error), _) => folders = Err(error.reason()),
            }
        }
        Self { look, files: BTreeMap::new(), folders }
    }

    /// Whether a service has a file of its own.
    pub fn has(&mut self, service: &str) -> Result<bool, Reason> {
        Ok(self.named(service)?.is_some())
    }

    /// The stack of a service for `kind`. One that has no line of that kind has that of `other`.
    pub fn stack(&mut self, service: &str, kind: Kind) -> Result<Stack, Reason> {
        for name in [service, OTHER] {
            let Some(file) = self.named(name)? else { continue };
            let steps = steps(&file, kind, &mut |named| self.named(named)).map_err(|error| reason(&error))?;
            if !steps.is_empty() {
                return Ok(Stack { service: service.to_owned(), steps });
            }
        }
        let detail = format!("PAM asks no module for {service}: neither it nor `{OTHER}` is configured");
        Err(Reason::new(ReasonCode::Missing, detail))
    }

    fn named(&mut self, name: &str) -> Result<Option<File>, Reason> {
        if let Some(known) = self.files.get(name) {
            return known.clone();
        }
        let found = self.read(name);
        self.files.insert(name.to_owned(), found.clone());
        found
    }

    fn read(&self, name: &str) -> Result<Option<File>, Reason> {
        if name.starts_with('/') {
            return self.read_path(name, None);
        }
        let folders = self.folders.as_ref().map_err(Clone::clone)?;
        if folders.is_empty() {
            return self.read_path(ONE_FILE, Some(name));
        }
        for folder in folders {
            if let Some(file) = self.read_path(&format!("{folder}/{name}"), None)? {
                return Ok(Some(file));
            }
        }
        Ok(None)
    }

    fn read_path(&self, path: &str, service: Option<&str>) -> Result<Option<File>, Reason> {
        let Some(bytes) = self.look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())? else {
            return Ok(None);
        };
        let lines = match service {
            None => parse(&bytes),
            Some(service) => parse_of(service, &bytes),
        };
        let lines = lines.map_err(|error| Reason::new(ReasonCode::TooLarge, format!("read {path}: {error}")))?;
        Ok(Some((path.to_owned(), lines.into())))
    }
}

fn reason(error: &StackError<Reason>) -> Reason {
    let code = match error {
        StackError::File(reason) => return reason.clone(),
        StackError::Missing(..) => ReasonCode::Missing,
        StackError::Refused(..) => ReasonCode::Unparsable,
        StackError::TooDeep(_) | StackError::TooMany(_) => ReasonCode::TooLarge,
        StackError::PamStack(..) => ReasonCode::Unsupported,
    };
    Reason::new(code, error.to_string())
}

#[cfg(test)]
mod tests;
