//! Services that inetd or xinetd begin with a connection.

/// Places of inetd and of xinetd, and the units and processes of both.
pub const INETD: &str = "/etc/inetd.conf";
/// The folders of further services.
pub const INETD_FOLDER: &str = "/etc/inetd.d";
/// xinetd's own file, which may hold services too.
pub const XINETD: &str = "/etc/xinetd.conf";
/// xinetd's services, one file each.
pub const XINETD_FOLDER: &str = "/etc/xinetd.d";
/// What both are called by systemd.
pub const UNITS: [&str; 4] = ["inetd.service", "openbsd-inetd.service", "inetutils-inetd.service", "xinetd.service"];
/// Their processes.
pub const PROCESSES: [&str; 3] = ["inetd", "inetutils-inetd", "xinetd"];

/// A service that a connection begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service<'t> {
    /// Its name, which may be any.
    pub name: &'t str,
    /// The file names of what is begun; of the program itself, and of the one that it begins in turn, as tcpd does.
    pub programs: Vec<&'t str>,
}

/// The services of `inetd.conf`, without the address before a name.
pub fn services(text: &str) -> impl Iterator<Item = Service<'_>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut words = line.split_ascii_whitespace();
        let name = words.next()?;
        // An address alone sets that of the lines behind it.
        words.next()?;
        let name = name.rsplit_once(':').map_or(name, |(_, name)| name);
        // Behind protocol, waiting and account.
        Some(Service { name, programs: words.skip(3).take(2).map(file_name).collect() })
    })
}

/// The services of a file of xinetd that are not disabled. The last of several values counts.
pub fn xinetd_services(text: &str) -> Vec<Service<'_>> {
    let mut found = Vec::new();
    let mut within: Option<(&str, bool, [Option<&str>; 2])> = None;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let mut words = line.split_ascii_whitespace();
        let first = words.next();
        if let (Some("service"), None) = (first, &within) {
            within = words.next().map(|name| (name.trim_end_matches('{'), false, [None; 2]));
        } else if first == Some("}") {
            let service = within.take().filter(|(_, disabled, _)| !disabled);
            found.extend(service.map(|(name, _, programs)| Service {
                name,
                programs: programs.into_iter().flatten().map(file_name).collect(),
            }));
        } else if let (Some(word), Some((_, disabled, [server, argument]))) = (first, &mut within) {
            let value = line.split_once('=').map(|(_, value)| value.trim());
            let value_begins = value.and_then(|value| value.split_ascii_whitespace().next());
            match word.split('=').next().unwrap_or_default() {
                "disable" => *disabled = value.is_some_and(|value| value.eq_ignore_ascii_case("yes")),
                "server" => *server = value_begins,
                "server_args" => *argument = value_begins,
                _ => {}
            }
        }
    }
    found
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_of_inetd() {
        let text = "# telnet stream tcp nowait root x\n#<off># shell stream\n\nlogin\tstream tcp nowait root /usr/sbin/tcpd /usr/sbin/in.rlogind -h\n\
             127.0.0.1:ftp stream\n[::1]:\n telnet stream tcp";
        let found: Vec<_> = services(text).collect();
        let names: Vec<_> = found.iter().map(|service| service.name).collect();
        assert_eq!(names, ["login", "ftp", "telnet"]);
        assert_eq!(found[0].programs, ["tcpd", "in.rlogind"]);
        assert_eq!(found[1].programs, [""; 0]);
    }

    #[test]
    fn files_of_xinetd() {
        let names = |text| xinetd_services(text).into_iter().map(|service| service.name).collect::<Vec<_>>();
        assert_eq!(names("service telnet\n{\n disable = no\n}\nservice shell\n{\n\tdisable\t= yes\n}\n"), ["telnet"]);
        assert_eq!(names("service login\n{\n flags = REUSE\n}\n"), ["login"], "what is not disabled is on");
        assert_eq!(names("service telnet\n{\n# disable = yes\n}\nservice exec {\n"), ["telnet"]);
        let other =
            "service remote\n{\n type = UNLISTED\n server=/usr/sbin/tcpd\n server_args = /usr/sbin/in.telnetd -h\n}\n";
        assert_eq!(xinetd_services(other), [Service { name: "remote", programs: vec!["tcpd", "in.telnetd"] }]);
        assert_eq!(names("defaults\n{\n disable = no\n}\n"), [""; 0]);
    }

    proptest! {
        #[test]
        fn never_panics(text in "(service|disable|yes|telnet|[{}=# :\n\t]){0,60}") {
            let _ = (services(&text).count(), xinetd_services(&text));
        }
    }
}
