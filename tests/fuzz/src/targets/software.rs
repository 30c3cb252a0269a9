//! What package managers and office programs keep.

use std::collections::BTreeMap;

use tenken_agent::collect::office_macros::registry;
use tenken_agent::collect::packages::apt_conf::{self, Settings};
use tenken_agent::collect::packages::apt_lists::{Newer, list_of, repository};
use tenken_agent::collect::packages::debian_version::compare;
use tenken_agent::collect::packages::dpkg::{AutomaticReader, Reader};
use tenken_agent::collect::packages::repodata::unpack::{self, Packing};
use tenken_agent::collect::packages::repodata::{advisories, repomd};
use tenken_agent::collect::packages::rpm::Form;
use tenken_agent::collect::packages::rpm_version::Evr;
use tenken_agent::collect::packages::{dnf_config, release_file, rpm, rpm_header};
use tenken_agent::collect::sqlite::table;
use tenken_agent::collect::updates::automatic::origins::{self, Distribution};
use tenken_agent::collect::updates::{kernel, os_release, pro, support};
use tenken_model::Size;

use super::parts;

/// A file in two parts tells what it tells as a whole.
pub(super) fn packages(data: &[u8]) {
    let (one, other) = data.split_at(data.len() / 2);
    let installed = |parts: &[&[u8]]| {
        let mut reader = Reader::default();
        parts.iter().for_each(|part| reader.take(part));
        reader.finish()
    };
    let whole = installed(&[data]);
    assert_eq!(whole, installed(&[one, other]));
    assert!(whole.versions.len() <= data.len());
    let mut automatic = AutomaticReader::default();
    automatic.take(one);
    automatic.take(other);
    assert!(automatic.finish().len() <= data.len());
    let mut newer = Newer::than(&whole.versions);
    newer.take(data);
    let newer: BTreeMap<String, String> = newer.finish();
    assert!(newer.iter().all(|(name, version)| compare(version, &whole.versions[name]).is_gt()));
    let _release = release_file::parse(data);
}

/// What apt is told, and what may be installed by it.
pub(super) fn apt_settings(data: &[u8]) {
    let Ok(directives) = apt_conf::parse(data) else { return };
    let mut settings = Settings::default();
    for directive in &directives {
        settings.take(&directive.action, "here");
    }
    let all = settings.all();
    assert!(all.len() <= data.len());
    let distribution = Distribution { id: "Debian".into(), codename: "bookworm".into() };
    let release = release_file::parse(data);
    for (_, value) in all {
        for pattern in [origins::allowed(&value, &distribution), origins::pattern(&value, &distribution)] {
            let _fits = pattern.map(|pattern| pattern.fits(&release));
        }
    }
}

pub(super) fn versions(data: &[u8]) {
    let versions: Vec<String> = parts(data, 3).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    let [one, .., other] = versions.as_slice() else { return };
    assert_eq!(compare(one, other), compare(other, one).reverse());
    let _newer = kernel::newer(one, versions.iter().map(String::as_str));
    if let Some(key) = repository(one) {
        let _form = list_of(key, other);
    }
}

pub(super) fn rpm_names(data: &[u8]) {
    if let Ok(table) = table(data, rpm::NAMES.0) {
        assert!(rpm::names(&table).len() <= table.rows.len());
    }
}

/// Packages with their versions, of a database of any form.
pub(super) fn rpm_packages(data: &[u8]) {
    let read = |at: u64, length: usize| {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let end = at.saturating_add(length).min(data.len());
        Ok(data.get(at..end).unwrap_or_default().into())
    };
    for package in Form::ALL.into_iter().flat_map(|form| rpm::packages(form, &read).unwrap_or_default()) {
        // What is no text is replaced, by something longer.
        let texts = [&package.name, &package.arch, &package.evr.version, &package.evr.release];
        if texts.into_iter().chain(&package.module).any(|text| text.contains(char::REPLACEMENT_CHARACTER)) {
            continue;
        }
        let written = rpm_header::write(&package);
        assert_eq!(rpm_header::read(&written, written.len()), Ok(rpm_header::Step::Package(package)));
    }
    let _package = rpm_header::read(data, data.len());
}

/// The first byte says how the rest is packed.
pub(super) fn advisories(data: &[u8]) {
    let Some((first, data)) = data.split_first() else { return };
    let packing = Packing::ALL.into_iter().nth(usize::from(*first % 5));
    let Ok(read) = unpack::unpacked(packing.unwrap_or(Packing::None), data, Size::from_bytes(1 << 20)) else { return };
    let mut found = Vec::new();
    if advisories::read(read, &|_| true, &mut |advised| found.push(advised)).is_ok() {
        for advised in &found {
            let _order = advised.evr.order(&Evr::parse(&advised.evr.to_string()));
        }
    }
    let _files = repomd::advisories(data);
    let _settings = dnf_config::parse(data);
}

pub(super) fn system(data: &[u8]) {
    let system = os_release::parse(data);
    let until = pro::supported_until(data).unwrap_or_default();
    let _support = support::of(&system, &mut || Ok(until));
}

pub(super) fn office(data: &[u8]) {
    if let Ok(settings) = registry::parse(data) {
        assert!(usize::try_from(settings.folders + settings.authors).is_ok_and(|trusted| trusted <= data.len()));
    }
}
