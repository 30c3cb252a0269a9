//! The firewall of Windows, or that of another product in its place.
//!
//! What is set is read from the registry, and whether the firewall's service and the filtering engine below it run. Every profile
//! must refuse, because a laptop changes between them by itself. A rule for one program or port is no hole; one for everything is.
//!
//! Where a product of others is registered with Security Center as a firewall that is on, Windows leaves the filtering to it, and
//! its own state is informational. What such a product refuses it keeps to itself. Windows Server has no Security Center.

pub mod inbound_rule;
pub mod profiles;
mod public_reach;

use std::net::IpAddr;

use tenken_model::fact::firewall::{Firewall, FirewallEvidence, FirewallManager, InboundFilter, PublicReach};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode};

use self::profiles::Setup;
use crate::collect::windows_path::Variables;
use crate::collect::windows_setting::Services;
use crate::collect::{Look, Needs};
use crate::host::windows_api::{WmiQuestion, WmiRow, WmiValue};

/// The services without which nothing is filtered: the firewall, and the Base Filtering Engine.
const SERVICES: [&str; 2] = ["MpsSvc", "BFE"];

/// Reads what refuses packets on this host.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Firewall> {
    let setup = match Setup::read(look) {
        Ok(setup) => setup,
        Err(reason) => return Outcome::Failed(reason),
    };
    let in_force = in_force(look);
    let hole = setup.hole();
    let ipv6_in_use = ipv6_in_use(look);
    let public_reach: Option<Read<PublicReach>> = Some(public_reach::read(look, &setup, &in_force).into());
    let own = |refuses: Read<bool>, hole: Option<String>| {
        let filter = InboundFilter { refuses, hole };
        Firewall {
            evidence: FirewallEvidence::Configured,
            manager: Some(FirewallManager::WindowsFirewall),
            in_force: in_force.clone(),
            ipv4: filter.clone(),
            ipv6: filter,
            ipv6_in_use: ipv6_in_use.clone(),
            public_reach: public_reach.clone(),
        }
    };
    if hole.is_none() && in_force == Read::Measured(true) {
        return Outcome::Known(own(Read::Measured(true), None));
    }
    Outcome::Known(match other_product(look) {
        Ok(Some(name)) => {
            let why = format!("read what {name} refuses: the product does not tell");
            let filter = InboundFilter { refuses: Read::not_read(ReasonCode::Unsupported, why), hole: None };
            Firewall {
                evidence: FirewallEvidence::SecurityCenter,
                manager: Some(FirewallManager::OtherProduct),
                in_force: Read::Measured(true),
                ipv4: filter.clone(),
                ipv6: filter,
                ipv6_in_use,
                public_reach,
            }
        }
        Ok(None) => own(Read::Measured(hole.is_none()), hole),
        // Another product may filter in place of Windows.
        Err(reason) => Firewall { in_force: Read::NotRead(reason.clone()), ..own(Read::NotRead(reason), None) },
    })
}

/// Whether the firewall of Windows filters at all.
pub(crate) fn in_force(look: &Look<'_>) -> Read<bool> {
    match Services::read(look) {
        Ok(services) => Read::Measured(SERVICES.iter().all(|name| services.runs(name))),
        Err(error) => Read::NotRead(error.reason()),
    }
}

/// The name of a firewall of others that Security Center knows as on.
pub(crate) fn other_product(look: &Look<'_>) -> Result<Option<String>, Reason> {
    let rows = match look.wmi(&WmiQuestion::FirewallProducts) {
        Ok(rows) => rows,
        // Windows Server has no Security Center.
        Err(error) if error.is_not_there() => return Ok(None),
        Err(error) => return Err(error.reason()),
    };
    let on: Vec<&WmiRow> = rows.iter().filter(|row| is_on(row)).collect();
    let variables = if on.is_empty() { Variables::default() } else { Variables::read(look).unwrap_or_default() };
    for row in on {
        let text = |name: &str| row.get(name).and_then(WmiValue::text).filter(|text| !text.is_empty());
        let program = text("pathToSignedReportingExe").or_else(|| text("pathToSignedProductExe"));
        // An entry that an uninstalled product left behind names a program that is gone.
        let is_there = match program.and_then(|program| variables.path(program)) {
            Some(path) => look.exists(&path).map_err(|error| error.reason())?,
            None => true,
        };
        if is_there {
            return Ok(Some(text("displayName").unwrap_or("a firewall").to_owned()));
        }
    }
    Ok(None)
}

/// The third digit from the right, in hexadecimal, of the lower half of the state: 1 is on, 0 off, 2 snoozed, 3 expired.
fn is_on(row: &WmiRow) -> bool {
    row.get("productState").and_then(WmiValue::number).is_some_and(|state| state >> 12 & 0xf == 1)
}

/// An adapter that is up has an address of IPv6 other than loopback.
fn ipv6_in_use(look: &Look<'_>) -> Read<bool> {
    let is_outer = |address: &IpAddr| address.is_ipv6() && !address.is_loopback();
    match look.adapters() {
        Ok(adapters) => {
            Read::Measured(adapters.iter().any(|adapter| adapter.up && adapter.addresses.iter().any(is_outer)))
        }
        Err(error) => Read::NotRead(error.reason()),
    }
}
