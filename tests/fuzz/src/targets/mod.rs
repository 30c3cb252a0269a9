//! The targets, by area. Each must return whatever it is given: a panic is a fault, and so is a result
//! that is larger than its input explains.

mod account_events;
mod accounts;
mod antivirus;
mod backups;
mod certificates;
mod dashboard;
mod disks;
mod endpoints;
mod facts;
mod form;
mod ingest;
mod ipsec;
mod link;
mod logs;
mod neighbours;
mod network;
mod outbox;
mod passwords;
mod recording;
mod registers;
mod remote_access;
mod rules;
mod screen_lock;
mod security_descriptor;
mod session_timeout;
mod sessions;
mod shares;
mod software;
mod spool;
mod time_sync;
mod windows_files;
mod windows_network;
mod windows_registry;
mod wireless;
mod written_secrets;

/// Reads bytes somebody else wrote.
pub type Act = fn(&[u8]);

/// Every target by name. A slow parser has one of its own, so that it does not starve a fast one.
pub const TARGETS: &[(&str, Act)] = &[
    ("account_messages", account_events::messages),
    ("journal_entries", account_events::journal),
    ("packed_logs", account_events::packed),
    ("account_files", accounts::files),
    ("authorized_keys", accounts::authorized_keys),
    ("polkit", accounts::polkit),
    ("sign_in_databases", accounts::sign_in_databases),
    ("sign_in_records", accounts::sign_in_records),
    ("sudoers", accounts::sudoers),
    ("clamav_answers", antivirus::answers),
    ("clamav_options", antivirus::options),
    ("time_zone", antivirus::time_zone),
    ("backup_lists", backups::lists),
    ("backup_names", backups::names),
    ("mounts", backups::mounts),
    ("snapshot_lists", backups::snapshots),
    ("keys_and_certificates", certificates::keys),
    ("certificate_blob", certificates::stored),
    ("certificate_request", dashboard::certificate_request),
    ("boot_and_media_configuration", disks::configuration),
    ("block_devices", disks::devices),
    ("firmware_tables", disks::firmware),
    ("luks_header", disks::luks_header),
    ("usbguard_rules", disks::rules),
    ("evidence_files", form::evidence),
    ("published_form", form::published),
    ("written_dates", form::dates),
    ("form_addresses", dashboard::addresses),
    ("mail_settings", dashboard::mail_settings),
    ("visitor", dashboard::visitor),
    ("endpoints", endpoints::answers),
    ("facts", facts::facts),
    ("ingest_decision", ingest::decision),
    ("report", ingest::report),
    ("ipsec_conf", ipsec::ipsec_conf),
    ("ipsec_settings", ipsec::settings),
    ("answers", link::answers),
    ("identity", link::identity),
    ("left_tokens", link::left_tokens),
    ("signed_policy", link::signed_policy),
    ("whole_answers", link::whole_answers),
    ("log_records", logs::records),
    ("log_settings", logs::settings),
    ("lease_files", neighbours::lease_files),
    ("netlink", neighbours::netlink),
    ("sent_files", outbox::forms),
    ("pam", passwords::pam),
    ("password_settings", passwords::settings),
    ("firewall_files", network::firewall_files),
    ("network_settings", network::network_settings),
    ("nf_tables", network::nf_tables),
    ("told_packet_filter", network::told_packet_filter),
    ("recording", recording::recording),
    ("scrubbed_files", recording::scrubbed_files),
    ("scrubbed_recording", recording::scrubbed_recording),
    ("register_cells", registers::cells),
    ("register_file", registers::file),
    ("sshd_in_force", remote_access::sshd),
    ("automatic_sign_ins", remote_access::sign_ins),
    ("cases", rules::cases),
    ("checklist", rules::checklist),
    ("expression", rules::expression),
    ("quantity", rules::quantity),
    ("rule", rules::rule),
    ("settings_database", screen_lock::database),
    ("settings_text", screen_lock::text),
    ("xfconf", screen_lock::xfconf),
    ("security_descriptors", security_descriptor::descriptors),
    ("patterns", session_timeout::patterns),
    ("shell_script", session_timeout::shell_script),
    ("sshd_config", session_timeout::sshd_config),
    ("systemd_config", session_timeout::systemd_config),
    ("session_files", sessions::files),
    ("session_records", sessions::records),
    ("nfs_exports", shares::nfs),
    ("shares_of_people", shares::of_people),
    ("smb_conf", shares::smb_conf),
    ("office_registry", software::office),
    ("apt_settings", software::apt_settings),
    ("package_files", software::packages),
    ("package_versions", software::versions),
    ("rpm_names", software::rpm_names),
    ("rpm_packages", software::rpm_packages),
    ("advisories", software::advisories),
    ("system_release", software::system),
    ("spool_frames", spool::frames),
    ("spool_recovery", spool::recovery),
    ("time_answers", time_sync::answers),
    ("time_configuration", time_sync::configuration),
    ("windows_files", windows_files::answers),
    ("windows_network", windows_network::texts),
    ("windows_texts", windows_registry::texts),
    ("wireless_networks", wireless::networks),
    ("secret_lines", written_secrets::secret_lines),
    ("windows_documents", written_secrets::windows_documents),
];

/// A moment at which keys, reports and leases of the seeds are neither past nor far ahead.
fn now() -> tenken_model::Instant {
    tenken_model::Span::from_secs(1_795_000_000).after(tenken_model::Instant::UNIX_EPOCH)
}

/// The input cut at a byte that stands in no text, at most so many parts.
fn parts(data: &[u8], most: usize) -> impl Iterator<Item = &[u8]> {
    data.splitn(most, |byte| *byte == 0xff)
}
