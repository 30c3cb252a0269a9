//! Products of vendors that are common in Japan: by which services they run, and where they write how they stand.
//!
//! A product is there where one of its services is, or where Security Center knows it and its program is there. What only its
//! registry keys tell of may be a remainder.

use tenken_model::fact::antivirus::AntivirusProduct;
use tenken_model::{Read, Reason, ReasonCode};

use super::product_state::{Activity, ProductState};
use super::readings::{self, Reading};
use super::security_center::{Center, Registered};
use super::services::Services;
use crate::collect::Look;
use crate::collect::windows_path::Variables;

/// How a product is known.
#[derive(Clone, Copy)]
struct Vendor {
    name: &'static str,
    /// Its scanning services.
    services: &'static [&'static str],
    /// Folders in which its programs are, in lower case: by them it is known to Security Center, whatever it calls itself.
    folders: &'static [&'static str],
    /// It watches what programs do, and has no signatures that grow old.
    sensor: bool,
    /// Where it writes how it stands.
    read: Option<fn(&Look<'_>, &Variables) -> Reading>,
}

const fn scanner(name: &'static str, services: &'static [&'static str], folders: &'static [&'static str]) -> Vendor {
    Vendor { name, services, folders, sensor: false, read: None }
}

const fn sensor(name: &'static str, services: &'static [&'static str], folders: &'static [&'static str]) -> Vendor {
    Vendor { name, services, folders, sensor: true, read: None }
}

const fn read(vendor: Vendor, read: fn(&Look<'_>, &Variables) -> Reading) -> Vendor {
    Vendor { read: Some(read), ..vendor }
}

/// The order counts: of a product that is named by two, the first tells.
const VENDORS: &[Vendor] = &[
    read(
        scanner(
            "Trend Micro Apex One / Worry-Free",
            &["ntrtscan"],
            &[
                r"\trend micro\officescan client\",
                r"\trend micro\security agent\",
                r"\trend micro\client server security agent\",
            ],
        ),
        readings::trend_micro,
    ),
    scanner("Trend Micro Deep Security Agent", &["ds_agent"], &[r"\trend micro\deep security agent\"]),
    scanner(
        "Trend Micro Maximum Security",
        &["Amsp"],
        &[r"\trend micro\titanium\", r"\trend micro\amsp\", r"\trend micro\uiwinmgr\"],
    ),
    read(scanner("ESET", &["ekrn"], &[r"\eset\"]), readings::eset),
    read(
        scanner(
            "Symantec Endpoint Protection",
            &["SepMasterService"],
            &[r"\symantec\", r"\symantec endpoint protection\"],
        ),
        readings::symantec,
    ),
    read(scanner("Kaspersky Endpoint Security", &["AVP", "AVP.*"], &[r"\kaspersky lab\"]), readings::kaspersky),
    scanner("Trellix Endpoint Security", &["mfetp", "mfeesp", "McShield"], &[r"\mcafee\", r"\trellix\"]),
    scanner(
        "Sophos",
        &["SAVService", "Sophos File Scanner Service", "Sophos Endpoint Defense Service"],
        &[r"\sophos\"],
    ),
    scanner("WithSecure", &["fshoster", "FSMA"], &[r"\f-secure\", r"\withsecure\"]),
    scanner("Bitdefender", &["EPProtectedService", "EPSecurityService", "VSSERV"], &[r"\bitdefender\"]),
    sensor("CrowdStrike Falcon", &["CSFalconService"], &[r"\crowdstrike\"]),
    sensor("SentinelOne", &["SentinelAgent"], &[r"\sentinelone\"]),
    sensor("Cybereason", &["CybereasonActiveProbe"], &[r"\cybereason activeprobe\"]),
    sensor("Cortex XDR", &["cyserver"], &[r"\palo alto networks\traps\"]),
    sensor("Carbon Black Cloud", &["CbDefense"], &[r"\confer\"]),
    sensor("CylancePROTECT", &["CylanceSvc"], &[r"\cylance\"]),
];

/// Every product that is there, apart from that of Windows.
pub(super) fn find(
    look: &Look<'_>,
    services: &Services<'_>,
    center: &Center,
    variables: &Variables,
) -> Vec<AntivirusProduct> {
    let mut products = Vec::new();
    let mut told = vec![false; center.registered.len()];
    for vendor in VENDORS {
        let mut registered = None;
        for (known, told) in center.registered.iter().zip(&mut told) {
            if !*told && !known.of_windows && vendor.folders.iter().any(|folder| known.program.contains(folder)) {
                *told = true;
                // Of entries of one vendor the one that protects counts: the others are of versions before.
                registered = match registered {
                    Some(other) if is_on(other) && !is_on(known) => Some(other),
                    _ => Some(known),
                };
            }
        }
        products.extend(of_vendor(look, vendor, &services.running(vendor.services), registered, variables));
    }
    let others = center.registered.iter().zip(told).filter(|(known, told)| !told && !known.of_windows);
    products.extend(others.filter_map(|(known, _)| unnamed(known)));
    products
}

fn is_on(registered: &Registered) -> bool {
    registered.state.measured().is_some_and(|state| state.activity == Activity::On)
}

fn of_vendor(
    look: &Look<'_>,
    vendor: &Vendor,
    service: &Read<Option<bool>>,
    registered: Option<&Registered>,
    variables: &Variables,
) -> Option<AntivirusProduct> {
    let registered = registered.filter(|registered| registered.is_there != Read::Measured(false));
    let running = match (service, registered) {
        (Read::Measured(None) | Read::NotRead(_), None) => return None,
        // Its entry and its program are there, and no service of it is: it was taken out in part.
        (Read::Measured(None), Some(_)) => Read::Measured(false),
        (Read::Measured(Some(runs)), _) => Read::Measured(*runs),
        (Read::NotRead(reason), Some(_)) => Read::NotRead(reason.clone()),
    };
    let name = vendor.name;
    let state = registered.map(|registered| registered.state.clone());
    let reading = vendor.read.map(|read| read(look, variables));
    if state.is_none() && reading.is_none() {
        // Only that its service is there is known: neither that it protects nor that it does not.
        let running = if running == Read::Measured(false) { running } else { Read::NotRead(recognised(vendor)) };
        return Some(AntivirusProduct {
            judged: false,
            by_signatures: !vendor.sensor,
            running,
            ..super::not_read(name, &recognised(vendor))
        });
    }
    let reading = reading.unwrap_or_else(|| Reading::untold(name));
    let real_time = both(of_state(state.as_ref()), reading.real_time);
    let is_stopped = running == Read::Measured(false);
    let declared = match (&reading.signatures_built, state) {
        (Read::NotRead(_), Some(Read::Measured(ProductState { current, .. }))) if !vendor.sensor => current,
        _ => None,
    };
    Some(AntivirusProduct {
        version: reading.version,
        running,
        real_time: if is_stopped { Read::Measured(false) } else { real_time },
        loaded_built: reading.signatures_built.clone(),
        signatures_built: reading.signatures_built,
        signatures_declared: declared,
        signatures_version: reading.signatures_version,
        ..super::told_by_windows(name, !vendor.sensor)
    })
}

fn recognised(vendor: &Vendor) -> Reason {
    let name = vendor.name;
    let detail = if vendor.sensor {
        format!("{name} is recognised but not judged: only its console tells how its sensor stands")
    } else {
        format!("{name} is recognised but not judged: it is not known to Security Center")
    };
    Reason::new(ReasonCode::Unsupported, detail)
}

/// Whether Security Center says that it protects; nothing where it is not known there.
fn of_state(state: Option<&Read<ProductState>>) -> Option<Read<bool>> {
    Some(match state? {
        Read::Measured(state) => match state.activity {
            Activity::On => Read::Measured(true),
            Activity::Off | Activity::Snoozed | Activity::Expired => Read::Measured(false),
            Activity::Unknown => {
                Read::not_read(ReasonCode::Unparsable, "ask Security Center: it gives a state that is not known")
            }
        },
        Read::NotRead(reason) => Read::NotRead(reason.clone()),
    })
}

/// What two sources say: one that denies it is believed.
fn both(center: Option<Read<bool>>, own: Read<bool>) -> Read<bool> {
    match (center, own) {
        (Some(Read::Measured(false)), _) | (_, Read::Measured(false)) => Read::Measured(false),
        (Some(Read::Measured(true)), _) | (_, Read::Measured(true)) => Read::Measured(true),
        (Some(Read::NotRead(reason)), Read::NotRead(_)) | (None, Read::NotRead(reason)) => Read::NotRead(reason),
    }
}

/// A product that only Security Center knows. It is told of where its program is not known to be gone.
fn unnamed(registered: &Registered) -> Option<AntivirusProduct> {
    let on = of_state(Some(&registered.state))?;
    let on = match (&registered.is_there, on) {
        (Read::Measured(false), _) => return None,
        (Read::Measured(true), on) | (Read::NotRead(_), on @ Read::Measured(false)) => on,
        (Read::NotRead(reason), Read::Measured(true) | Read::NotRead(_)) => Read::NotRead(reason.clone()),
    };
    let reading = Reading::untold(&registered.name);
    Some(AntivirusProduct {
        version: reading.version,
        running: on.clone(),
        real_time: on,
        loaded_built: reading.signatures_built.clone(),
        signatures_built: reading.signatures_built,
        signatures_declared: registered.state.measured().and_then(|state| state.current),
        signatures_version: reading.signatures_version,
        ..super::told_by_windows(&registered.name, true)
    })
}
