//! Connections of IPsec: strongSwan's settings, and `ipsec.conf` of both programs.

use tenken_agent::collect::ipsec::algorithms::{Algorithms, Phase};
use tenken_agent::collect::ipsec::ipsec_conf::{Dialect, by_line, parse, sections};
use tenken_agent::collect::ipsec::settings::{tokens, tree};
use tenken_agent::collect::ipsec::{libreswan, starter, swanctl};

use super::parts;

/// Files one behind the other, as if the first included the others: whatever rests on whatever, following it ends.
pub(super) fn settings(data: &[u8]) {
    let all: Result<Vec<_>, _> = parts(data, 4).map(tokens).collect();
    let Ok(top) = all.and_then(|all| tree(all.concat())) else { return };
    let Ok(names) = swanctl::connections(&top) else { return };
    for name in names.iter().take(50) {
        if let Ok(found) = swanctl::connection(&top, name, "x") {
            assert!(&found.name == name && !found.local.is_empty() && !found.remote.is_empty());
            assert!(found.ikev1 || !found.aggressive);
        }
    }
}

/// The first byte chooses the program.
pub(super) fn ipsec_conf(data: &[u8]) {
    let Some((chosen, text)) = data.split_first() else { return };
    let dialect = if chosen % 2 == 0 { Dialect::Starter } else { Dialect::Libreswan };
    let Ok(statements) = by_line(text, dialect) else { return };
    assert!(statements.windows(2).all(|pair| pair[0].0 < pair[1].0));
    let sections = sections(parse(text, dialect).unwrap_or_default(), dialect == Dialect::Starter);
    for section in sections.iter().take(50) {
        let found = match dialect {
            Dialect::Starter => starter::connection(&sections, section, "x"),
            Dialect::Libreswan => libreswan::connection(&sections, section, "x", chosen % 4 == 1),
        };
        if let Ok(Some(found)) = found {
            assert!(!found.local.is_empty() && !found.remote.is_empty() && (found.ikev1 || !found.aggressive));
        }
    }
    let mut algorithms = Algorithms::default();
    let text = String::from_utf8_lossy(text);
    algorithms.add_proposal(Phase::Ike, text.split('-').take(100));
    assert!(algorithms.names.len() + algorithms.unknown.len() <= 200);
}
