//! What is installed on a machine, and whether it is current.

use tenken_model::fact::office_macros::{MacroUser, OfficeMacros};
use tenken_model::fact::software::{Program, ProgramSource, Software};
use tenken_model::fact::updates::{AutomaticLevel, AutomaticUpdates, Pending, Support, SupportKind, Updates};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, Span, Topic};

use super::Reading;

/// What somebody chose to install.
const ON_SERVERS: [&str; 3] = ["chrony", "nftables", "openssh-server"];
const ON_PCS: [&str; 3] = ["firefox", "libreoffice", "ubuntu-desktop"];
/// What the agency has approved.
pub(in crate::demo) const PROGRAMS: [&str; 6] =
    ["chrony", "nftables", "openssh-server", "firefox", "libreoffice", "ubuntu-desktop"];

impl Reading<'_> {
    pub(super) fn software(&self) -> Software {
        let names = if self.is_server() { ON_SERVERS } else { ON_PCS };
        let program = |name: &str| Program {
            name: name.to_owned(),
            source: ProgramSource::Dpkg,
            automatic: false,
            place: "/var/lib/dpkg/status".to_owned(),
        };
        let programs = names.map(program).to_vec();
        Software { programs, packages: Read::Measured(true), others: Read::Measured(true), unread: None }
    }

    pub(super) fn updates(&self) -> Updates {
        Updates {
            name: if self.is_server() { "Debian GNU/Linux 13 (trixie)" } else { "Ubuntu 24.04 LTS" }.to_owned(),
            support: Read::Measured(Support {
                ends: Some(Span::from_days(900).after(self.now)),
                kind: SupportKind::Standard,
            }),
            pending: Read::Measured(Pending { count: 0, first: Vec::new(), unread: None }),
            lists_fetched: Read::Measured(Some(self.days_ago(0))),
            lists_valid_until: None,
            restart: Read::Measured(None),
            automatic: Read::Measured(AutomaticUpdates {
                level: AutomaticLevel::Installed,
                hindrance: None,
                place: "/etc/apt/apt.conf.d/20auto-upgrades".to_owned(),
            }),
            office: None,
        }
    }

    /// Who sits before a PC has the office program as the administrator set it.
    pub(super) fn office_macros(&self) -> Outcome<OfficeMacros> {
        if self.is_server() {
            return Outcome::Absent(Language::English.absent(Topic::OfficeMacros));
        }
        let user = |account: &str| MacroUser {
            user: account.to_owned(),
            disabled: false,
            level: Read::Measured(3),
            enforced: true,
            trusted_folders: 0,
            trusted_authors: 0,
            internet: None,
            automated: None,
            origin: "/etc/libreoffice/registry/kenshin.xcd".to_owned(),
        };
        let users = self.machine.users.iter().map(|worker| user(worker.account)).collect();
        Outcome::Known(OfficeMacros { users: Read::Measured(users) })
    }
}
