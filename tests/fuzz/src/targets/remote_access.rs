//! What lets people in: sshd, units, services of inetd and display managers.

use tenken_agent::collect::automatic_sign_in::{getty, greetd, key_files, sddm};
use tenken_agent::collect::key_file;
use tenken_agent::collect::remote_access::inetd;
use tenken_agent::collect::ssh_daemon::effective::Effective;
use tenken_agent::collect::ssh_daemon::flat::flatten;
use tenken_agent::collect::ssh_daemon::{command_line, sshd_config};
use tenken_agent::collect::systemd_unit::words;

/// A configuration of sshd, which includes itself once, and the same bytes as options.
pub(super) fn sshd(data: &[u8]) {
    if let Ok(directives) = sshd_config::parse(data) {
        let mut included = false;
        let flat = flatten("c", &directives, &mut |_| {
            let file = (!std::mem::replace(&mut included, true)).then(|| ("i".to_owned(), directives.clone()));
            Ok(file.into_iter().collect())
        });
        if let Ok(flat) = flat {
            assert!(flat.directives.len() <= 2 * directives.len());
            for is_old in [false, true] {
                if let Ok(effective) = Effective::of(&flat, is_old) {
                    assert!(effective.some().take(50).count() <= flat.blocks.len());
                    let _ = (effective.everybody().root(), effective.everybody().limits_users());
                }
            }
        }
    }
    let text = String::from_utf8_lossy(data);
    let _ = (command_line::read(&words(&text)), command_line::variable(&text, "OPTIONS"));
}

/// Files of display managers, commands of terminals and services of inetd.
pub(super) fn sign_ins(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(file) = key_file::parse(data) {
        let mut seats = key_files::Seats::new();
        key_files::add_lightdm(&mut seats, "f", &file);
        assert!(seats.len() <= file.len());
        let _ = (key_files::gdm(&file), key_files::lxdm(&file));
    }
    let _ = (sddm::value(&text, "Autologin", "User"), greetd::initial_user(&text), getty::account(&words(&text)));
    assert!(inetd::services(&text).len() <= data.len() && inetd::xinetd(&text).on().len() <= data.len());
}
