//! Services that inetd or xinetd begin with a connection.

/// Places of inetd and of xinetd, and the units and processes of both.
pub const INETD: &str = "/etc/inetd.conf";
/// The folders of further services.
pub const INETD_FOLDER: &str = "/etc/inetd.d";
/// xinetd's services, one file each.
pub const XINETD_FOLDER: &str = "/etc/xinetd.d";
/// What both are called by systemd.
pub const UNITS: [&str; 4] = ["inetd.service", "openbsd-inetd.service", "inetutils-inetd.service", "xinetd.service"];
/// Their processes.
pub const PROCESSES: [&str; 3] = ["inetd", "inetutils-inetd", "xinetd"];

/// The services of `inetd.conf`, without the address before a name.
pub fn services(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut words = line.split_ascii_whitespace();
        let name = words.next()?;
        // An address alone sets that of the lines behind it.
        words.next()?;
        Some(name.rsplit_once(':').map_or(name, |(_, name)| name))
    })
}

/// The services of a file of xinetd that are not disabled. The last `disable` of a block counts.
pub fn xinetd_services(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut within: Option<(&str, bool)> = None;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let mut words = line.split_ascii_whitespace();
        match (words.next(), &mut within) {
            (Some("service"), None) => within = words.next().map(|name| (name.trim_end_matches('{'), false)),
            (Some("}"), _) => found.extend(within.take().filter(|(_, disabled)| !disabled).map(|(name, _)| name)),
            (Some(word), Some((_, disabled))) if word.starts_with("disable") => {
                let value = line.split_once('=').map(|(_, value)| value.trim());
                *disabled = value.is_some_and(|value| value.eq_ignore_ascii_case("yes"));
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_of_inetd() {
        let text = "# telnet stream tcp nowait root x\n#<off># shell stream\n\nlogin\tstream tcp nowait root /usr/sbin/tcpd\n\
             127.0.0.1:ftp stream\n[::1]:\n telnet stream tcp";
        assert_eq!(services(text).collect::<Vec<_>>(), ["login", "ftp", "telnet"]);
    }

    #[test]
    fn files_of_xinetd() {
        assert_eq!(
            xinetd_services("service telnet\n{\n disable = no\n}\nservice shell\n{\n\tdisable\t= yes\n}\n"),
            ["telnet"]
        );
        assert_eq!(xinetd_services("service login\n{\n flags = REUSE\n}\n"), ["login"], "what is not disabled is on");
        assert_eq!(xinetd_services("service telnet\n{\n# disable = yes\n}\nservice exec {\n"), ["telnet"]);
        assert_eq!(xinetd_services("defaults\n{\n disable = no\n}\n"), [""; 0]);
    }

    proptest! {
        #[test]
        fn never_panics(text in "(service|disable|yes|telnet|[{}=# :\n\t]){0,60}") {
            let _ = (services(&text).count(), xinetd_services(&text));
        }
    }
}
