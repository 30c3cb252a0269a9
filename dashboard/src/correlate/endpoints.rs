//! Endpoints of the register that no host checks.

use tenken_engine::Rule;
use tenken_model::Finding;
use tenken_model::register::{EndpointRow, EndpointTransport};

use super::agency::{Agency, rows};
use super::machine::Machine;
use super::verdicts::{Verdicts, row};
use crate::registers::typed::Listed;

/// Each open row with TLS must name an address, and a host that may report. What that host finds is another matter, and
/// so is whether it is heard of.
pub(super) fn probed(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    let Some(fleet) = &machine.fleet else { return verdicts.not_applicable() };
    if !verdicts.needs(&agency.endpoints) {
        return verdicts.finish(Vec::new());
    }
    let by_tls = |listed: &&Listed<EndpointRow>| listed.is_open() && listed.row.transport == EndpointTransport::Tls;
    for listed in rows(&agency.endpoints).filter(by_tls) {
        let (name, host) = (listed.row.name(), listed.row.probed_by.trim());
        let words = [("endpoint", name.clone()), ("host", host.to_owned())];
        let sentence = if listed.row.address.trim().is_empty() {
            "no_address"
        } else if host.is_empty() {
            "nobody"
        } else if fleet.heard.contains_key(&host.to_lowercase()) {
            continue;
        } else {
            "not_enrolled"
        };
        verdicts.fails(&name, sentence, &words, vec![row(listed)]);
    }
    verdicts.finish(Vec::new())
}
