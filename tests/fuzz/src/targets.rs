//! The targets. Each must return whatever it is given: a panic is a fault.

use tenken_agent::collect::neighbours::{leases, netlink as dumps};
use tenken_agent::collect::screen_lock;
use tenken_model::finding::Finding;
use tenken_model::policy::SignedPolicy;
use tenken_model::report::Report;

/// Reads bytes somebody else wrote.
pub type Act = fn(&[u8]);

/// Every target by name.
pub const TARGETS: &[(&str, Act)] = &[
    ("expression", expression),
    ("rule", rule),
    ("cases", cases),
    ("checklist", checklist),
    ("report", report),
    ("signed_policy", signed_policy),
    ("quantity", quantity),
    ("netlink", netlink),
    ("lease_files", lease_files),
    ("settings_database", settings_database),
    ("settings_text", settings_text),
    ("xfconf", xfconf),
];

fn expression(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(tree) = tenken_engine::expression::parse::parse(&text) {
        let names = tenken_engine::expression::check::Names {
            values: tenken_model::fact::types().into_iter().map(|(name, ty)| (name.to_owned(), ty)).collect(),
            ..Default::default()
        };
        let _checked = tenken_engine::expression::check::check(&tree, &names);
    }
}

fn rule(data: &[u8]) {
    if let Err(problems) = tenken_engine::Rule::load("rule.yaml", &String::from_utf8_lossy(data)) {
        assert!(!problems.is_empty());
    }
}

fn cases(data: &[u8]) {
    let _loaded = tenken_engine::CaseFile::load("rule.cases.yaml", &String::from_utf8_lossy(data));
}

fn checklist(data: &[u8]) {
    let _loaded = tenken_engine::Checklist::load("checklist.yaml", &String::from_utf8_lossy(data));
}

fn report(data: &[u8]) {
    if let Ok(report) = serde_json::from_slice::<Report>(data) {
        let _digests: Vec<_> =
            report.snapshot.iter().flat_map(|snapshot| &snapshot.findings).map(Finding::digest).collect();
        assert!(serde_json::to_vec(&report).is_ok());
    }
}

fn signed_policy(data: &[u8]) {
    if let Ok(policy) = serde_json::from_slice::<SignedPolicy>(data) {
        let _policy = serde_json::from_str::<tenken_model::policy::Policy>(&policy.body);
    }
}

fn quantity(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(span) = text.parse::<tenken_model::Span>() {
        let _shown = span.to_string();
    }
    if let Ok(size) = text.parse::<tenken_model::Size>() {
        let _shown = size.to_string();
    }
}

fn netlink(data: &[u8]) {
    let dump = [data.to_vec()];
    let _links = dumps::links(&dump);
    let _neighbours = dumps::neighbours(&dump);
    let _gateways = dumps::gateways(&dump);
}

fn lease_files(data: &[u8]) {
    let now = tenken_model::Instant::UNIX_EPOCH;
    let _dnsmasq = leases::dnsmasq::leases(data, now);
    let _dhcpd = leases::dhcpd::leases(data, now);
    let _kea = leases::kea::read(data, now, &mut leases::kea::Lines::new());
}

fn settings_database(data: &[u8]) {
    let _database = screen_lock::dconf_database::parse(data);
    let _defaults = screen_lock::schemas::parse(data);
    // Behind a signature, so that what follows it is reached sooner.
    let signed = [b"GVariant\0\0\0\0\0\0\0\0".as_slice(), data].concat();
    let _database = screen_lock::dconf_database::parse(&signed);
    let _defaults = screen_lock::schemas::parse(&signed);
}

fn settings_text(data: &[u8]) {
    let _profile = screen_lock::dconf_profile::parse(data);
    let _locks = screen_lock::dconf_key_file::locks(data);
    for text in screen_lock::dconf_key_file::values(data).unwrap_or_default().values() {
        let _value = screen_lock::gvariant_text::parse(text);
    }
    let _value = screen_lock::gvariant_text::parse(&String::from_utf8_lossy(data));
    let _group = screen_lock::kconfig::group(data, "Daemon");
    let _session = screen_lock::desktop_entry::parse(data);
    let _profile = screen_lock::environment::assigned(data);
}

fn xfconf(data: &[u8]) {
    if let Ok(channel) = screen_lock::xfconf::parse(data) {
        let _locked = channel.lock.holds(|name| name.starts_with('@'));
    }
}
