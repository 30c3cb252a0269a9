//! Display managers whose configuration is a key file of GLib: GDM, LightDM and LXDM.

use std::collections::BTreeMap;

use crate::collect::key_file::{KeyFile, value};

/// What a text says of yes and no to GDM: `true` in any case, or `1`; whatever is neither says nothing.
fn is_true_to_gdm(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text == "1"
}

/// The accounts that GDM signs in: each with whether only after a time.
pub fn gdm(file: &KeyFile) -> Vec<(String, bool)> {
    let of = |key: &str| value(file, "daemon", key).unwrap_or_default();
    let mut found = Vec::new();
    for (switch, account, delayed) in
        [("AutomaticLoginEnable", "AutomaticLogin", false), ("TimedLoginEnable", "TimedLogin", true)]
    {
        if is_true_to_gdm(of(switch)) && !of(account).is_empty() {
            found.push((of(account).to_owned(), delayed));
        }
    }
    found
}

/// What LightDM's files say of one kind of seats, by section, and which file said it.
pub type Seats = BTreeMap<String, BTreeMap<String, (String, String)>>;

/// Adds a file of LightDM to those before it, over which it counts. Until 1.15 all seats were `SeatDefaults`.
pub fn add_lightdm(seats: &mut Seats, path: &str, file: &KeyFile) {
    for (section, keys) in file {
        let section = if section == "SeatDefaults" { "Seat:*" } else { section.as_str() };
        if section.starts_with("Seat:") {
            let seat = seats.entry(section.to_owned()).or_default();
            seat.extend(keys.iter().map(|(key, value)| (key.clone(), (value.trim_end().to_owned(), path.to_owned()))));
        }
    }
}

/// The account that a kind of seats signs in, with the file that says so.
pub fn lightdm_user(seat: &BTreeMap<String, (String, String)>) -> Option<&(String, String)> {
    seat.get("autologin-user").filter(|(user, _)| !user.is_empty())
}

/// Whether a kind of seats says yes. GLib takes `true` and `1`.
pub fn lightdm_flag(seat: &BTreeMap<String, (String, String)>, key: &str) -> Option<bool> {
    seat.get(key).map(|(value, _)| value == "true" || value == "1")
}

/// The account that LXDM signs in.
pub fn lxdm(file: &KeyFile) -> Option<String> {
    value(file, "base", "autologin").filter(|user| !user.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::key_file::parse;

    fn gdm_of(text: &str) -> Vec<(String, bool)> {
        gdm(&parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn files_as_packages_install_them_sign_nobody_in() {
        let debian = include_str!("../../../tests/samples/automatic_sign_in/daemon.conf");
        let redhat = include_str!("../../../tests/samples/automatic_sign_in/custom.conf");
        assert!(gdm_of(debian).is_empty() && gdm_of(redhat).is_empty());
        let lxdm_file = include_bytes!("../../../tests/samples/automatic_sign_in/lxdm.conf");
        assert_eq!(lxdm(&parse(lxdm_file).unwrap()), None);
        let mut seats = Seats::new();
        let file = parse(include_bytes!("../../../tests/samples/automatic_sign_in/lightdm.conf")).unwrap();
        add_lightdm(&mut seats, "/etc/lightdm/lightdm.conf", &file);
        assert_eq!(seats.values().find_map(lightdm_user), None);
    }

    #[test]
    fn gdm_needs_both_the_switch_and_the_account() {
        let on = [("hanako".to_owned(), false)];
        assert_eq!(gdm_of("[daemon]\nAutomaticLoginEnable=True\nAutomaticLogin=hanako\n"), on);
        assert_eq!(gdm_of("[daemon]\nAutomaticLoginEnable = 1\nAutomaticLogin = hanako\n"), on);
        assert_eq!(gdm_of("[daemon]\nTimedLoginEnable=true\nTimedLogin=guest\n"), [("guest".to_owned(), true)]);
        for off in [
            "[daemon]\nAutomaticLogin=hanako\n",
            "[daemon]\nAutomaticLoginEnable=true\n",
            "[daemon]\nAutomaticLoginEnable=true\nAutomaticLogin=\n",
            "[daemon]\nAutomaticLoginEnable=yes\nAutomaticLogin=hanako\n",
            "[daemon]\n#AutomaticLoginEnable=true\nAutomaticLogin=hanako\n",
            "[daemon]\nautomaticloginenable=true\nAutomaticLogin=hanako\n",
            "[security]\nAutomaticLoginEnable=true\nAutomaticLogin=hanako\n",
            "[daemon]\nAutomaticLoginEnable=true\nAutomaticLogin=hanako\nAutomaticLoginEnable=false\n",
        ] {
            assert!(gdm_of(off).is_empty(), "{off}");
        }
    }

    #[test]
    fn later_files_of_lightdm_count_over_earlier_ones() {
        let mut seats = Seats::new();
        for (path, text) in [
            ("/a", "[SeatDefaults]\nautologin-user=hanako\nallow-guest=false\n"),
            ("/b", "[Seat:*]\nautologin-user=taro\n[Seat:seat0]\nautologin-user=\n[LightDM]\nautologin-user=x\n"),
        ] {
            add_lightdm(&mut seats, path, &parse(text.as_bytes()).unwrap());
        }
        assert_eq!(lightdm_user(&seats["Seat:*"]), Some(&("taro".to_owned(), "/b".to_owned())));
        assert_eq!(lightdm_flag(&seats["Seat:*"], "allow-guest"), Some(false));
        assert_eq!((lightdm_user(&seats["Seat:seat0"]), seats.len()), (None, 2));
    }
}
