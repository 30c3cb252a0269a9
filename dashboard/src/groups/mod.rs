//! Where hosts belong, as the registers of hosts and of people have it: a site, a group, and the person who uses it.

mod scope;
mod standing;
mod whereabouts;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::registers::fold;
use crate::registers::hosts::{HostKind, HostRow, HostStatus};
use crate::registers::typed::{self, Person};
use crate::store::{StoreError, Transaction};

pub use scope::HostScope;
pub use standing::{Kept, Missing, Standing, standing_of, standings};
pub use whereabouts::{Whereabouts, at_place, seen_by};

/// What people type into a cell to say that there is nothing.
const NOTHING: [&str; 6] = ["-", "‐", "ー", "―", "なし", "無し"];

/// By what hosts are gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Division {
    /// By group (グループ).
    Group,
    /// By site (拠点).
    Site,
}

impl Division {
    /// Both, in the order people read them.
    pub const ALL: [Self; 2] = [Self::Group, Self::Site];

    /// The first segment of its pages' addresses.
    pub const fn segment(self) -> &'static str {
        match self {
            Self::Group => "groups",
            Self::Site => "sites",
        }
    }

    /// The word of a query for it.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Site => "site",
        }
    }

    /// The address of the page of one of them; of the hosts without one for the empty name.
    pub fn address(self, name: &str) -> String {
        format!("/{}/{}", self.segment(), encoded(name))
    }

    /// The name of a host's own; empty where none is named.
    pub fn of(self, placement: Option<&Placement>) -> &str {
        match (self, placement) {
            (_, None) => "",
            (Self::Group, Some(placement)) => &placement.group,
            (Self::Site, Some(placement)) => &placement.site,
        }
    }
}

/// Where a host belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The number of its row in the register of hosts.
    pub row: i64,
    /// What kind of machine it is.
    pub kind: HostKind,
    /// The site; empty if none is named.
    pub site: String,
    /// The group; empty if none is named.
    pub group: String,
    /// Where it stands.
    pub stands: Whereabouts,
    /// Who uses it.
    pub user: Option<User>,
}

/// Who uses a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// Where the person is written to; absent if no address is known, or the person has left.
    pub email: Option<String>,
}

impl Placement {
    /// Who uses it, if it is a PC: nobody in particular uses a server.
    pub fn owner(&self) -> Option<&User> {
        self.user.as_ref().filter(|_| self.kind == HostKind::Pc)
    }
}

/// Where every host of the register belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Placements {
    by_name: BTreeMap<String, Placement>,
}

impl Placements {
    /// Reads it; empty while the agency does not keep the register of hosts.
    pub async fn read(transaction: &mut Transaction, today: NaiveDate) -> Result<Self, StoreError> {
        let hosts = typed::open::<HostRow>(transaction).await?;
        let persons = typed::open::<Person>(transaction).await?;
        Ok(Self::of_rows(hosts, &persons, today))
    }

    /// What open rows say. Of several rows with one name one that is in use counts.
    pub fn of_rows(mut hosts: Vec<(i64, HostRow)>, persons: &[(i64, Person)], today: NaiveDate) -> Self {
        let emails: BTreeMap<String, Option<&str>> = persons
            .iter()
            .map(|(_, person)| {
                let here = person.leaves.is_none_or(|last| today <= last) && !person.email.is_empty();
                (fold(&person.name), here.then_some(person.email.as_str()))
            })
            .collect();
        hosts.sort_by_key(|(id, row)| (row.status != HostStatus::InUse, row.status != HostStatus::Prepared, *id));
        let mut by_name = BTreeMap::new();
        for (id, host) in hosts {
            let email = emails.get(&fold(&host.user)).copied().flatten().map(str::to_owned);
            let placement = Placement {
                row: id,
                kind: host.kind,
                site: named(&host.site),
                group: named(&host.group),
                stands: Whereabouts::new(host.kind, &named(&host.site), &named(&host.place)),
                user: Some(User { name: named(&host.user), email }).filter(|user| !user.name.is_empty()),
            };
            by_name.entry(key(&host.name)).or_insert(placement);
        }
        Self { by_name }
    }

    /// Where the host of that name belongs; absent if it has no row.
    pub fn of(&self, host_name: &str) -> Option<&Placement> {
        self.by_name.get(&key(host_name))
    }

    /// The names in use, as the first row writes each, in order.
    pub fn names(&self, division: Division) -> Vec<String> {
        let mut names: BTreeMap<String, &str> = BTreeMap::new();
        for placement in self.by_name.values() {
            let name = division.of(Some(placement));
            if !name.is_empty() {
                names.entry(fold(name)).or_insert(name);
            }
        }
        let mut names: Vec<String> = names.into_values().map(str::to_owned).collect();
        names.sort();
        names
    }
}

/// What an address calls the hosts that belong to none.
pub const NONE: &str = "-";

/// A name within an address, in a path as in a query.
pub fn encoded(name: &str) -> String {
    use std::fmt::Write as _;
    let name = if name.is_empty() { NONE } else { name };
    name.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _infallible = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

/// The name that an address means.
pub fn meant(name: &str) -> &str {
    if name == NONE { "" } else { name }
}

/// Whether two names of groups or sites are one: width, spaces and case make no difference.
pub fn same(one: &str, other: &str) -> bool {
    fold(one) == fold(other)
}

/// Hosts are found by name as the inventory finds them.
fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

fn named(cell: &str) -> String {
    if NOTHING.contains(&cell) { String::new() } else { cell.to_owned() }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn host(name: &str, site: &str, group: &str, user: &str) -> HostRow {
        HostRow {
            name: name.into(),
            kind: HostKind::Pc,
            status: HostStatus::InUse,
            site: site.into(),
            group: group.into(),
            user: user.into(),
            holder: String::new(),
            place: String::new(),
            portable: false,
            personal_data: false,
            asset_number: String::new(),
            note: String::new(),
        }
    }

    pub(crate) fn person(name: &str, email: &str, leaves: Option<&str>) -> Person {
        let leaves = leaves.map(|day| day.parse().unwrap());
        Person { name: name.into(), vendor: None, email: email.into(), leaves }
    }

    pub(crate) fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
    }

    #[test]
    fn a_host_is_where_its_row_says_whatever_the_case_of_its_name() {
        let persons = [(1, person("佐藤 花子", "sato@example.jp", None)), (2, person("鈴木", "", None))];
        let rows = vec![
            (1, host("PC-A", "本部", "受付", "佐藤　花子")),
            (2, host("pc-b", "-", "なし", "鈴木")),
            (3, host("PC-C", "", "", "")),
            (4, HostRow { kind: HostKind::Server, ..host("SV", "本部", "サーバー", "佐藤 花子") }),
        ];
        let placements = Placements::of_rows(rows, &persons, day());
        let a = placements.of(" pc-a").unwrap();
        assert_eq!((a.site.as_str(), a.group.as_str(), a.row), ("本部", "受付", 1));
        assert_eq!(a.owner().unwrap().email.as_deref(), Some("sato@example.jp"));
        let b = placements.of("PC-B").unwrap();
        assert_eq!((b.site.as_str(), b.group.as_str()), ("", ""), "a dash is no group");
        assert_eq!(b.owner().unwrap(), &User { name: "鈴木".into(), email: None });
        assert_eq!(placements.of("PC-C").unwrap().user, None);
        assert_eq!(placements.of("SV").unwrap().owner(), None, "a server has no user");
        assert!(placements.of("PC-D").is_none());
        assert_eq!(placements.names(Division::Group), ["サーバー", "受付"]);
        assert_eq!(placements.names(Division::Site), ["本部"]);
    }

    #[test]
    fn who_has_left_is_not_written_to_and_a_row_in_use_counts_before_another() {
        let persons = [
            (1, person("gone", "gone@example.jp", Some("2026-11-23"))),
            (2, person("last", "last@example.jp", Some("2026-11-24"))),
        ];
        let old = HostRow { status: HostStatus::Disposed, ..host("PC-A", "", "old", "gone") };
        let rows = vec![(1, old), (2, host("pc-a", "", "new", "last")), (3, host("PC-B", "", "", "gone"))];
        let placements = Placements::of_rows(rows, &persons, day());
        let a = placements.of("PC-A").unwrap();
        assert_eq!((a.row, a.group.as_str()), (2, "new"));
        assert_eq!(a.user.as_ref().unwrap().email.as_deref(), Some("last@example.jp"), "the last day counts");
        assert_eq!(placements.of("PC-B").unwrap().user.as_ref().unwrap().email, None);
    }

    #[test]
    fn every_name_has_an_address() {
        assert_eq!(Division::Group.address("受付/A"), "/groups/%E5%8F%97%E4%BB%98%2FA");
        assert_eq!((Division::Site.address("").as_str(), meant("-"), meant("a")), ("/sites/-", "", "a"));
    }

    #[test]
    fn names_are_one_whatever_their_width() {
        assert!(same("受付", " 受付") && same("ABC", "ａｂｃ") && !same("受付1", "受付2"));
    }
}
