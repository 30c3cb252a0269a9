//! What is left of the content of a file, by its form.

use std::path::Path;

use super::form::Form;
use super::{
    Scrubber, account_events, accounts, answers, antivirus, apt, boot, certificates, clocks, disks,
    lease_configuration, leases, logins, logs, network, office, packages, pam, remote_access, repositories,
    secret_lines, settings, shell, sign_in_databases, sshd, sudoers, windows, wireless,
};
use crate::collect::account_events::copies::{self, Bounds, Content, UNPACKED_BYTES};
use crate::collect::antivirus::time_zone;
use crate::collect::devices::luks;
use crate::collect::packages::repodata::unpack::{self, Packing};

/// What stands for a file that is read as text and is none.
const NO_TEXT: &[u8] = b"\0";

/// What is left of a content, or of a part of one from `offset`; nothing when it is of no known form.
#[expect(clippy::too_many_lines, reason = "a line or two for each form")]
pub(super) fn content(scrubber: &mut Scrubber, path: &Path, offset: u64, bytes: &[u8]) -> Option<Vec<u8>> {
    let form = scrubber.form(path);
    if form.is_some_and(Form::is_text) && bytes.contains(&0) {
        return Some(NO_TEXT.to_vec());
    }
    if offset == 0 && settings::is_database(bytes) {
        return Some(settings::database(bytes));
    }
    if matches!(form, Some(Form::Log | Form::SignIns))
        && let Some(packing) = packing_of(path)
    {
        return packed_log(scrubber, path, packing, bytes);
    }
    let now = scrubber.now;
    let Some(form) = form else {
        return of_no_form(scrubber, path, offset, bytes);
    };
    Some(match form {
        Form::Passwd => accounts::passwd(scrubber, bytes),
        Form::Shadow => accounts::shadow(scrubber, bytes),
        Form::Group => accounts::group(scrubber, bytes),
        Form::LoginDefs => accounts::login_defs(bytes),
        Form::Shells => accounts::shells(scrubber, bytes),
        Form::NameServices => accounts::name_services(bytes),
        Form::Sudoers => sudoers::scrub(scrubber, path, bytes),
        Form::PolkitRules => accounts::polkit_rules(scrubber, bytes),
        Form::PolkitConfiguration => accounts::polkit_configuration(scrubber, bytes),
        Form::AuthorizedKeys => accounts::authorized_keys(bytes),
        Form::SignIns | Form::Log if bytes.is_empty() => Vec::new(),
        Form::SignIns => {
            let failed = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("btmp"));
            return logins::records(bytes, offset, &mut scrubber.names, failed, &mut scrubber.addresses);
        }
        Form::Lastlog2 => sign_in_databases::lastlog2(scrubber, bytes),
        Form::Wtmpdb => sign_in_databases::wtmpdb(scrubber, bytes),
        Form::Session => logins::session(scrubber, bytes),
        Form::LastSignIns => return logins::lastlog(bytes, offset, &mut scrubber.addresses),
        Form::Pam => pam::service(scrubber, bytes),
        Form::PamOfAll => pam::all_services(scrubber, bytes),
        Form::PamSettings => pam::settings(bytes),
        Form::PasswordQuality => pam::quality(bytes),
        Form::FormerPasswords => pam::former(scrubber, bytes),
        Form::Sshd => sshd::scrub(scrubber, bytes),
        Form::Shell => shell::script(scrubber, bytes),
        Form::Variables => settings::variables(bytes),
        Form::Logind => clocks::logind(bytes),
        Form::Chrony => clocks::chrony(scrubber, bytes),
        Form::Ntp => clocks::ntp(scrubber, path, bytes),
        Form::NtpDefaults => clocks::ntp_defaults(bytes),
        Form::Timesyncd => clocks::timesyncd(scrubber, bytes),
        Form::TimeZone => time_zone::parse(bytes).map_or(b"x".to_vec(), |_| bytes.to_vec()),
        Form::TimeZoneName => settings::zone_name(bytes),
        Form::ProcessNumber => clocks::process_number(bytes),
        Form::DnsmasqLeases => return leases::dnsmasq(scrubber, bytes, now),
        Form::DhcpdLeases => return leases::dhcpd(scrubber, bytes, now),
        Form::KeaLeases => return leases::kea(scrubber, bytes, now),
        Form::Dnsmasq => lease_configuration::dnsmasq(scrubber, bytes),
        Form::Dhcpd => lease_configuration::dhcpd(scrubber, bytes),
        Form::Kea => lease_configuration::kea(scrubber, bytes),
        Form::Clamav => antivirus::options(scrubber, bytes),
        Form::UpdaterSchedule => antivirus::schedule(bytes),
        Form::FreshclamLog => antivirus::log(bytes),
        Form::SignatureHeader => antivirus::header(bytes),
        Form::Mounts => disks::mounted(scrubber, bytes),
        Form::Swaps => disks::swaps(scrubber, bytes),
        Form::Attribute => {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            disks::attribute(scrubber, &name, bytes)
        }
        Form::CommandLine => boot::command_line(bytes),
        Form::Processors => boot::processors(bytes),
        Form::Make => boot::identity(bytes),
        Form::Udev => disks::udev(bytes),
        Form::Device => luks::anew(bytes, offset, |uuid| scrubber.names.alias(uuid)),
        Form::Crypttab => disks::crypttab(scrubber, bytes),
        Form::Smbios => boot::smbios(bytes),
        Form::FirmwareVariable => boot::variable(bytes),
        Form::Grub => boot::grub(bytes),
        Form::GrubUser => boot::grub_user(bytes),
        Form::GrubEntry => boot::grub_entry(bytes),
        Form::SystemdBoot => boot::loader(bytes),
        Form::Usbguard => boot::usbguard(scrubber, bytes),
        Form::UsbguardRules => boot::usbguard_rules(bytes),
        Form::Modprobe => boot::modprobe(bytes),
        Form::Repository => answers::repository(bytes),
        Form::DconfProfile => settings::profile(scrubber, bytes),
        // One that begins like none.
        Form::Settings => b"x".to_vec(),
        Form::KeyFile => settings::key_file(bytes),
        Form::DconfLocks => settings::locks(bytes),
        Form::KConfig => settings::lock_of_kde(bytes),
        Form::Xfconf => settings::channel(scrubber, bytes),
        Form::DesktopEntry => settings::desktop_entry(scrubber, bytes),
        Form::NetworkManager => wireless::network_manager(scrubber, bytes),
        Form::Iwd => wireless::iwd(&path.file_name()?.to_string_lossy(), bytes),
        Form::WpaSupplicant => wireless::wpa_supplicant(scrubber, bytes),
        Form::NetworkScript => wireless::network_script(scrubber, bytes),
        Form::Sockets => network::sockets(scrubber, bytes),
        Form::Sctp => network::sctp(bytes),
        Form::KernelNumbers => network::numbers(bytes),
        Form::Sysctl => network::sysctl(bytes),
        Form::Modules => network::modules(bytes),
        Form::Inet6 => network::inet6(scrubber, bytes),
        Form::Routes => network::routes(scrubber, bytes),
        Form::Ufw => network::ufw(bytes),
        Form::UfwRules => network::ufw_rules(scrubber, bytes),
        Form::Firewalld => network::firewalld(scrubber, bytes),
        Form::FirewalldXml => network::firewalld_xml(scrubber, path, bytes),
        Form::Nft => network::nft(scrubber),
        Form::Iptables => network::iptables(scrubber, bytes),
        Form::OsRelease => packages::os_release(scrubber, bytes),
        Form::Pro => packages::pro(bytes),
        Form::OfficeRegistry => office::registry(bytes),
        // They are written anew as a whole.
        Form::DpkgStatus
        | Form::AutomaticPackages
        | Form::Release
        | Form::PackageList
        | Form::RpmDatabase
        | Form::RpmHeaders(_)
        | Form::Advisories => return None,
        Form::RpmMacros => packages::rpm_macros(bytes),
        Form::AptConf => apt::settings(scrubber, path, bytes),
        Form::DnfSettings => repositories::settings(scrubber, path, bytes),
        Form::RepositoryIndex => repositories::index(scrubber, path, bytes),
        Form::Unit => remote_access::unit(scrubber, bytes),
        Form::UnitVariables => remote_access::variables(scrubber, bytes),
        Form::Inetd => remote_access::inetd(scrubber, bytes),
        Form::Xinetd => remote_access::xinetd(scrubber, bytes),
        Form::DefaultDisplayManager => remote_access::default_display_manager(scrubber, bytes),
        Form::Gdm => remote_access::gdm(scrubber, bytes),
        Form::Lightdm => remote_access::lightdm(scrubber, bytes),
        Form::Sddm => remote_access::sddm(scrubber, bytes),
        Form::Lxdm => remote_access::lxdm(scrubber, bytes),
        Form::Greetd => remote_access::greetd(scrubber, bytes),
        Form::Journald => logs::journald(bytes),
        Form::JournalUpload => logs::journal_upload(scrubber, bytes),
        Form::Rsyslog => logs::rsyslog(scrubber, bytes),
        Form::Logrotate => logs::logrotate(scrubber, bytes),
        Form::Auditd => logs::auditd(scrubber, bytes),
        Form::AuditRules => logs::audit_rules(scrubber, bytes),
        Form::Journal => logs::journal(scrubber, bytes),
        Form::Log => account_events::log(scrubber, bytes),
        Form::Identity => logs::identity(bytes),
        Form::Ipsec(form) => form.scrub(scrubber, path, bytes),
        Form::Shares(form) => form.scrub(scrubber, path, bytes),
    })
}

/// How an older copy of a log is packed; nothing where it is not, or not unpacked by any collector.
fn packing_of(path: &Path) -> Option<Packing> {
    unpack::packing(&path.to_string_lossy()).filter(|packing| *packing != Packing::None)
}

/// A packed log, packed as before. What collectors do not unpack is nothing.
fn packed_log(scrubber: &mut Scrubber, path: &Path, packing: Packing, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut bounds = Bounds { bytes: UNPACKED_BYTES, unpacked: UNPACKED_BYTES };
    let Content::Whole(unpacked) = copies::unpacked_end(packing, bytes, &mut bounds, 1) else {
        return Some(b"x".to_vec());
    };
    let left = content(scrubber, &path.with_extension(""), 0, &unpacked)?;
    Some(unpack::packed(packing, &left))
}

/// What is left of a file that is told by its place or its content alone: passwords and keys may lie in one.
fn of_no_form(scrubber: &mut Scrubber, path: &Path, offset: u64, bytes: &[u8]) -> Option<Vec<u8>> {
    if luks::is_header(bytes) {
        return Some(luks::anew(bytes, offset, |uuid| scrubber.names.alias(uuid)));
    }
    if let Some(written) = windows::file(scrubber, path, bytes).filter(|_| offset == 0) {
        return Some(written);
    }
    let lines = secret_lines::style_of(path).map(|style| secret_lines::scrub(scrubber, style, bytes));
    let keys = if offset == 0 { certificates::file(scrubber, bytes) } else { None };
    match (lines, keys) {
        (Some(lines), Some(keys)) if !bytes.contains(&0) => Some([lines, b"\n".to_vec(), keys].concat()),
        (_, Some(keys)) => Some(keys),
        (Some(lines), None) => Some(lines),
        (None, None) => certificates::is_looked_at(path).then(Vec::new),
    }
}

/// A part of a file brought to its former length, so that places in the file stay what they were. It is a part of a
/// text from its end, whose first line is cut off anyway, or from its beginning.
pub(super) fn of_length(mut bytes: Vec<u8>, offset: u64, length: usize) -> Vec<u8> {
    if offset == 0 {
        bytes.resize(length, b'\n');
        return bytes;
    }
    match bytes.len().checked_sub(length) {
        Some(more) => bytes.split_off(more),
        None => [vec![b'\n'; length - bytes.len()], bytes].concat(),
    }
}
