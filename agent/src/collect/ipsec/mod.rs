//! VPN connections by IPsec, as they are configured.
//!
//! What is up is in the kernel, which tells it together with the keys and to holders of CAP_NET_ADMIN alone
//! (`xfrm_user_rcv_msg`); the agent does not have that right, and asks nothing of it. Connections that somebody hands a
//! running daemon beside its files, as NetworkManager does, are not seen.

pub mod algorithms;
mod files;
pub mod ipsec_conf;
pub mod libreswan;
pub mod open_vpn;
pub mod phone_book;
pub(crate) mod programs;
pub mod references;
pub mod settings;
pub mod starter;
pub mod swanctl;
#[cfg(test)]
mod tests;
pub mod windows;
pub(crate) mod windows_clients;
pub mod windows_suites;

use tenken_model::fact::ipsec::{Ipsec, IpsecConnection, IpsecProgram, IpsecService};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, Reason, ReasonCode, Topic};

use self::files::Form;
pub(crate) use self::files::absolute;
use self::ipsec_conf::{DEFAULT_SECTION, Dialect, Section, Statement};
use self::settings::Token;
use super::{Look, Needs};

/// Where the configuration of `swanctl` is: as strongSwan has it, and as Fedora's package does.
pub(crate) const SWANCTL: [&str; 2] = ["/etc/swanctl/swanctl.conf", "/etc/strongswan/swanctl/swanctl.conf"];
/// The same of `ipsec.conf`; the first is Libreswan's where that is installed.
pub(crate) const IPSEC_CONF: [&str; 2] = ["/etc/ipsec.conf", "/etc/strongswan/ipsec.conf"];
/// The most connections that are told.
const CONNECTIONS_MAX: usize = 200;
/// The most sections of `ipsec.conf` that are looked at, of which each may take over many others.
const SECTIONS_MAX: usize = 1000;
/// The longest name of a connection, in bytes.
const NAME_MAX: usize = 200;

/// Reads the connections of the programs that are installed.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Ipsec> {
    match programs::services(look) {
        Ok(services) if services.is_empty() => Outcome::Absent(Language::English.absent(Topic::Ipsec)),
        Ok(services) => Outcome::Known(read(look, services)),
        Err(reason) => Outcome::Failed(reason),
    }
}

/// Connections, and why there may be others.
#[derive(Default)]
struct Found {
    connections: Vec<IpsecConnection>,
    unread: Option<Reason>,
}

impl Found {
    fn doubt(&mut self, reason: Reason) {
        self.unread.get_or_insert(reason);
    }

    /// The sections that are looked at.
    fn sections<'s>(&mut self, path: &str, sections: &'s [Section]) -> impl Iterator<Item = &'s Section> + use<'s> {
        if sections.len() > SECTIONS_MAX {
            let detail = format!("read {path}: more than {SECTIONS_MAX} sections");
            self.doubt(Reason::new(ReasonCode::TooLarge, detail));
        }
        sections.iter().take(SECTIONS_MAX).filter(|section| section.name != DEFAULT_SECTION)
    }

    fn connection(&mut self, path: &str, connection: Result<Option<IpsecConnection>, String>) {
        match connection {
            Ok(None) => {}
            Ok(Some(connection)) if connection.name.len() > NAME_MAX => {
                let detail = format!("read {path}: a connection has a name of more than {NAME_MAX} bytes");
                self.doubt(Reason::new(ReasonCode::TooLarge, detail));
            }
            Ok(Some(mut connection)) => {
                // Libreswan loads several of one name; each is told.
                let alike = self.connections.iter().filter(|known| known.name == connection.name).count();
                if alike > 0 {
                    connection.name = format!("{} ({})", connection.name, alike + 1);
                }
                self.connections.push(connection);
            }
            Err(why) => self.doubt(Reason::new(ReasonCode::Unparsable, format!("read {path}: {why}"))),
        }
    }
}

fn read(look: &Look<'_>, services: Vec<IpsecService>) -> Ipsec {
    let mut found = Found::default();
    let has_libreswan = services.iter().any(|service| service.program == IpsecProgram::Libreswan);
    for service in &services {
        let read = match service.program {
            IpsecProgram::Swanctl => of_swanctl(look, &mut found),
            IpsecProgram::Stroke => of_starter(look, has_libreswan, &mut found),
            IpsecProgram::Libreswan => of_libreswan(look, &mut found),
            // It is read in `windows.rs`.
            IpsecProgram::WindowsVpn => Ok(()),
        };
        if let Err(reason) = read {
            found.doubt(reason);
        }
    }
    let left_out = found.connections.len().saturating_sub(CONNECTIONS_MAX);
    found.connections.truncate(CONNECTIONS_MAX);
    if left_out > 0 {
        found.doubt(Reason::new(ReasonCode::TooLarge, format!("{left_out} more connections than are told")));
    }
    Ipsec {
        services,
        connections: found.connections,
        left_out: i64::try_from(left_out).unwrap_or(i64::MAX),
        complete: found.unread.map_or(Read::Measured(true), Read::NotRead),
        split: Read::not_read(ReasonCode::Unsupported, "see what goes beside tunnels: not of Linux by this version"),
        unjudged: None,
    }
}

fn of_swanctl(look: &Look<'_>, found: &mut Found) -> Result<(), Reason> {
    let form = Form {
        parse: &|bytes| settings::tokens(bytes).map_err(|error| error.to_string()),
        included: &|token| if let Token::Include(pattern) = token { Some(pattern) } else { None },
    };
    for path in SWANCTL {
        let Some(tokens) = files::parts(look, path, &form)? else { continue };
        let unparsable = |error: String| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}"));
        let top = settings::tree(tokens).map_err(|error| unparsable(error.to_string()))?;
        let endless = |references::Endless| unparsable("its sections rest on each other without an end".to_owned());
        for name in swanctl::connections(&top).map_err(endless)?.iter().take(2 * CONNECTIONS_MAX) {
            found.connection(path, swanctl::connection(&top, name, path).map(Some));
        }
        break;
    }
    Ok(())
}

fn statements(look: &Look<'_>, path: &str, dialect: Dialect) -> Result<Option<Vec<Statement>>, Reason> {
    let form = Form {
        parse: &|bytes| ipsec_conf::parse(bytes, dialect).map_err(|error| error.to_string()),
        included: &|statement| if let Statement::Include(pattern) = statement { Some(pattern) } else { None },
    };
    files::parts(look, path, &form)
}

fn of_starter(look: &Look<'_>, has_libreswan: bool, found: &mut Found) -> Result<(), Reason> {
    for path in IPSEC_CONF.iter().skip(usize::from(has_libreswan)) {
        let Some(statements) = statements(look, path, Dialect::Starter)? else { continue };
        let sections = ipsec_conf::sections(statements, true);
        for section in found.sections(path, &sections) {
            found.connection(path, starter::connection(&sections, section, path));
        }
        break;
    }
    Ok(())
}

fn of_libreswan(look: &Look<'_>, found: &mut Found) -> Result<(), Reason> {
    let path = IPSEC_CONF[0];
    let Some(statements) = statements(look, path, Dialect::Libreswan)? else { return Ok(()) };
    let is_before_4 = look.system().is_ok_and(|system| has_libreswan_3(&system.os, &system.os_version));
    let sections = ipsec_conf::sections(statements, false);
    for section in found.sections(path, &sections) {
        found.connection(path, libreswan::connection(&sections, section, path, is_before_4));
    }
    Ok(())
}

/// Whether a system came with version 3: Debian has 4 since 11, Ubuntu since 22.04, Red Hat took it into its 8.5.
fn has_libreswan_3(os: &str, version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().ok());
    let (Some(major), minor) = (numbers.next().flatten(), numbers.next().flatten()) else { return false };
    match os {
        "debian" => major < 11,
        "ubuntu" => major < 22,
        "rhel" | "almalinux" | "rocky" | "ol" | "centos" => {
            major < 8 || major == 8 && minor.is_some_and(|minor| minor < 5)
        }
        _ => false,
    }
}
