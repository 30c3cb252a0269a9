//! Where a host stands, for those who have to find what it saw. Pure.

use serde::{Deserialize, Serialize};
use tenken_model::Language;

use crate::registers::hosts::{HostKind, HostRow};

/// Where a host stands, as the register of hosts has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whereabouts {
    /// What kind of machine it is.
    pub kind: HostKind,
    /// Its site and its place, as they are written; empty where neither is.
    pub place: String,
}

impl Whereabouts {
    /// What a row says.
    pub fn of(row: &HostRow) -> Self {
        Self::new(row.kind, &row.site, &row.place)
    }

    /// A host of a site, in a place.
    pub fn new(kind: HostKind, site: &str, place: &str) -> Self {
        let named = [site.trim(), place.trim()].into_iter().filter(|text| !text.is_empty());
        Self { kind, place: named.collect::<Vec<_>>().join(" ") }
    }
}

/// A thing with its place, if one is written.
pub fn at_place(name: &str, place: &str, language: Language) -> String {
    match place.trim() {
        "" => name.to_owned(),
        place => language.at_place(name, place),
    }
}

/// Which host saw something, and where it stands, as far as the register has it.
pub fn seen_by(host: &str, stands: Option<&Whereabouts>, language: Language) -> String {
    let host = &at_place(host, stands.map_or("", |stands| &stands.place), language);
    match stands.map(|stands| stands.kind) {
        Some(HostKind::Pc) => language.seen_by_pc(host),
        Some(HostKind::Server) => language.seen_by_server(host),
        Some(HostKind::Network | HostKind::Other) | None => language.seen_by_host(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_register_says_of_a_host_is_said() {
        let said =
            |kind, site, place| seen_by("RECEPTION-01", Some(&Whereabouts::new(kind, site, place)), Language::Japanese);
        assert_eq!(said(HostKind::Pc, "本部", "1階 受付"), "検知したPC: RECEPTION-01(本部 1階 受付)");
        assert_eq!(said(HostKind::Pc, "", " 受付 "), "検知したPC: RECEPTION-01(受付)");
        assert_eq!(said(HostKind::Server, "本部", ""), "検知したサーバー: RECEPTION-01(本部)");
        assert_eq!(said(HostKind::Other, "", ""), "検知した機器: RECEPTION-01");
        assert_eq!(seen_by("a", None, Language::Japanese), "検知した機器: a", "it has no row");
        assert_eq!(at_place("BP-07", "2F", Language::English), "BP-07 (2F)");
    }
}
