//! `/etc/nsswitch.conf`: whether accounts are found elsewhere than in `/etc/passwd`. See nsswitch.conf(5).

use tenken_model::{Reason, Size};

use crate::collect::Look;

const NAME_SERVICES: &str = "/etc/nsswitch.conf";
const FILE_MAX: Size = Size::from_bytes(1 << 20);

/// Where `systemd` finds people: homes of systemd-homed, and records an administrator puts down.
const USER_RECORDS: [(&str, &str); 4] = [
    ("/var/lib/systemd/home", ".identity"),
    ("/etc/userdb", ".user"),
    ("/run/userdb", ".user"),
    ("/usr/local/lib/userdb", ".user"),
];
const RECORDS_MAX: usize = 10_000;

/// A service by which accounts are found that `/etc/passwd` does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Service {
    /// This host keeps them.
    Here(String),
    /// They are kept elsewhere, as in a domain.
    Elsewhere(String),
}

/// The first service by which accounts are found that `/etc/passwd` does not hold; before others one whose accounts this host keeps.
pub fn besides_the_file(look: &Look<'_>) -> Result<Option<Service>, Reason> {
    let bytes = look.read_text_if_there(NAME_SERVICES, FILE_MAX).map_err(|error| error.reason())?;
    let mut elsewhere = None;
    for service in bytes.map(|bytes| services(&bytes)).unwrap_or_default() {
        match service.as_str() {
            // What an image of the system brings with it: services, no people.
            "files" | "altfiles" => {}
            "systemd" => {
                if has_user_records(look)? {
                    return Ok(Some(Service::Here(service)));
                }
            }
            // Files of this host's own: nss_db(5), and libnss-extrausers.
            "db" | "extrausers" => return Ok(Some(Service::Here(service))),
            _ => elsewhere = elsewhere.or(Some(Service::Elsewhere(service))),
        }
    }
    Ok(elsewhere)
}

fn has_user_records(look: &Look<'_>) -> Result<bool, Reason> {
    for (folder, suffix) in USER_RECORDS {
        let entries = look.list_if_there(folder, RECORDS_MAX).map_err(|error| error.reason())?;
        if entries.iter().any(|entry| entry.name.ends_with(suffix)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The services for accounts in their order, without what is to be done after each (`[NOTFOUND=return]`).
pub fn services(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = Vec::new();
    for line in text.lines() {
        let Some((database, rest)) = line.split('#').next().unwrap_or_default().split_once(':') else { continue };
        if database.trim() != "passwd" {
            continue;
        }
        let mut within = false;
        for word in rest.replace('[', " [ ").replace(']', " ] ").split_ascii_whitespace() {
            match word {
                "[" => within = true,
                "]" => within = false,
                service if !within => found.push(service.to_owned()),
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tenken_model::ReasonCode;

    use super::*;
    use crate::host::Recording;

    fn host() -> Recording {
        Recording::new("2026-11-24T00:00:00Z".parse().unwrap())
    }

    fn found(host: &Recording) -> Result<Option<Service>, Reason> {
        besides_the_file(&Look::new(host))
    }

    fn of(line: &str) -> Option<Service> {
        found(&host().file(NAME_SERVICES, line)).unwrap()
    }

    fn here(service: &str) -> Service {
        Service::Here(service.to_owned())
    }

    fn elsewhere(service: &str) -> Service {
        Service::Elsewhere(service.to_owned())
    }

    #[test]
    fn services_that_find_more_than_the_file() {
        for service in ["sss", "ldap", "winbind", "compat", "nis"] {
            assert_eq!(of(&format!("passwd: files {service}\n")), Some(elsewhere(service)));
        }
        assert_eq!(of("passwd: files ldap sss"), Some(elsewhere("ldap")));
        assert_eq!(of("passwd:files [NOTFOUND=continue SUCCESS=return]sss # domain"), Some(elsewhere("sss")));
        for line in ["passwd: files db sss", "passwd: sss db"] {
            assert_eq!(of(line), Some(here("db")), "{line}");
        }
        assert_eq!(of("passwd: files extrausers"), Some(here("extrausers")));
        for line in ["", "passwd: files systemd", "passwd: files # sss", "group: files sss", "passwd: altfiles files"] {
            assert_eq!(of(line), None, "{line}");
        }
        assert_eq!(found(&host()), Ok(None));
    }

    #[test]
    fn people_that_systemd_keeps() {
        let asking = |services: &str| host().file(NAME_SERVICES, format!("passwd: {services}\n"));
        for record in ["/var/lib/systemd/home/taro.identity", "/etc/userdb/taro.user"] {
            assert_eq!(found(&asking("files systemd").file(record, "{}")), Ok(Some(here("systemd"))));
            assert_eq!(
                found(&asking("sss files systemd").file(record, "{}")),
                Ok(Some(here("systemd"))),
                "beside a domain"
            );
            assert_eq!(found(&asking("files").file(record, "{}")), Ok(None));
        }
        assert_eq!(found(&asking("files systemd sss")), Ok(Some(elsewhere("sss"))));
    }

    #[test]
    fn what_may_not_be_read_is_not_local() {
        let code = |host: Recording| found(&host).unwrap_err().code;
        assert_eq!(code(host().denied(NAME_SERVICES)), ReasonCode::NotPermitted);
        let homes = host().file(NAME_SERVICES, "passwd: files systemd\n").denied("/var/lib/systemd/home");
        assert_eq!(code(homes), ReasonCode::NotPermitted);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "(passwd|:|\\[|\\]| |files|#|\n){0,40}") {
            let _ = (services(&bytes), services(text.as_bytes()));
        }
    }
}
