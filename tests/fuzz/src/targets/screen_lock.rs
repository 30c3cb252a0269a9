//! The settings of desktops, as text and as databases.

use tenken_agent::collect::screen_lock;

pub(super) fn database(data: &[u8]) {
    let _database = screen_lock::dconf_database::parse(data);
    let _defaults = screen_lock::schemas::parse(data);
    // Behind a signature, so that what follows it is reached sooner.
    let signed = [b"GVariant\0\0\0\0\0\0\0\0".as_slice(), data].concat();
    let _database = screen_lock::dconf_database::parse(&signed);
    let _defaults = screen_lock::schemas::parse(&signed);
}

pub(super) fn text(data: &[u8]) {
    let _profile = screen_lock::dconf_profile::parse(data);
    let _locks = screen_lock::dconf_key_file::locks(data);
    for text in screen_lock::dconf_key_file::values(data).unwrap_or_default().values() {
        let _value = screen_lock::gvariant_text::parse(text);
    }
    let _value = screen_lock::gvariant_text::parse(&String::from_utf8_lossy(data));
    let _group = screen_lock::kconfig::group(data, "Daemon");
    let _session = screen_lock::desktop_entry::parse(data);
    let _profile = screen_lock::environment::assigned(data);
    let _mentioned = screen_lock::environment::mentioned(data);
}

pub(super) fn xfconf(data: &[u8]) {
    if let Ok(channel) = screen_lock::xfconf::parse(data) {
        let _locked = channel.lock.holds(|name| name.starts_with('@'));
    }
}
