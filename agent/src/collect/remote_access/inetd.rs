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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Service {
    /// Its name, which may be any.
    pub name: String,
    /// By what xinetd's lists name it; its name unless it is said.
    pub id: String,
    /// The file names of what is begun; of the program itself, and of the one that it begins in turn, as tcpd does.
    pub programs: Vec<String>,
    /// What the last of these is told.
    pub arguments: Vec<String>,
    /// The address it waits on; absent where it waits on all.
    pub address: Option<String>,
    /// The port, where a number says it.
    pub port: Option<u16>,
}

impl Service {
    fn named(name: &str) -> Self {
        Self { name: name.to_owned(), id: name.to_owned(), port: name.parse().ok(), ..Self::default() }
    }
}

/// The services of `inetd.conf`. An address before a name is where it waits; one that stands alone is that of the lines behind.
pub fn services(text: &str) -> Vec<Service> {
    let mut found = Vec::new();
    let mut general: Option<String> = None;
    let of = |address: &str| Some(address.trim_matches(['[', ']']).to_owned()).filter(|address| address != "*");
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let Some(first) = words.first() else { continue };
        let (address, name) = first.rsplit_once(':').map_or((None, *first), |(address, name)| (Some(address), name));
        if words.len() == 1 {
            if let (Some(address), "") = (address, name) {
                general = of(address);
            }
            continue;
        }
        // Behind protocol, waiting and account; the program's own name is the first of what it is told.
        let program = words.get(5..).unwrap_or_default();
        found.push(Service {
            programs: program.iter().take(2).map(|path| file_name(path)).collect(),
            arguments: program.iter().skip(2).map(|word| (*word).to_owned()).collect(),
            address: address.map_or_else(|| general.clone(), of),
            ..Service::named(name)
        });
    }
    found
}

/// What a file of xinetd says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Xinetd {
    /// The services that it does not disable itself.
    pub services: Vec<Service>,
    /// The ids of the only ones that are on; absent where nothing lists them.
    pub enabled: Option<Vec<String>>,
    /// The ids of those that are off.
    pub disabled: Vec<String>,
    /// The files and folders that are read too.
    pub includes: Vec<String>,
}

impl Xinetd {
    /// Adds what another file says.
    pub fn add(&mut self, other: Self) {
        self.services.extend(other.services);
        self.disabled.extend(other.disabled);
        self.includes.extend(other.includes);
        if let Some(enabled) = other.enabled {
            self.enabled.get_or_insert_default().extend(enabled);
        }
    }

    /// Whether something else is read than the usual folder.
    pub fn reads_elsewhere(&self) -> bool {
        self.includes.iter().any(|path| path.trim_end_matches('/') != XINETD_FOLDER)
    }

    /// The services that are on.
    pub fn on(self) -> Vec<Service> {
        let Self { services, enabled, disabled, .. } = self;
        let is_on = |service: &Service| {
            enabled.as_ref().is_none_or(|ids| ids.contains(&service.id)) && !disabled.contains(&service.id)
        };
        services.into_iter().filter(is_on).collect()
    }
}

/// A block of xinetd that is read.
#[derive(Default)]
struct Block<'t> {
    /// The service; absent in `defaults`.
    name: Option<&'t str>,
    id: Option<&'t str>,
    /// It is off by `disable`, and by its flags.
    is_off: [bool; 2],
    server: Option<&'t str>,
    arguments: Vec<&'t str>,
    /// The first argument is the program's own name.
    has_name: bool,
    address: Option<&'t str>,
    port: Option<u16>,
}

/// Reads a file of xinetd: `defaults`, and services. The last of several values counts.
pub fn xinetd(text: &str) -> Xinetd {
    let mut found = Xinetd::default();
    let mut within: Option<Block<'_>> = None;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let mut words = line.split_ascii_whitespace();
        match (words.next(), &mut within) {
            (Some("service"), None) => {
                within = words.next().map(|name| Block { name: Some(name.trim_end_matches('{')), ..Block::default() });
            }
            (Some("defaults" | "defaults{"), None) => within = Some(Block::default()),
            (Some("include" | "includedir"), None) => found.includes.extend(words.next().map(str::to_owned)),
            (Some("}"), Some(_)) => found.services.extend(within.take().and_then(Block::service)),
            (Some(_), Some(block)) => {
                let Some((key, value)) = line.split_once('=') else { continue };
                let (key, sign) = match (key.strip_suffix('+'), key.strip_suffix('-')) {
                    (Some(key), _) => (key, '+'),
                    (None, Some(key)) => (key, '-'),
                    (None, None) => (key, '='),
                };
                let values: Vec<&str> = value.split_ascii_whitespace().collect();
                match (block.name, key.trim()) {
                    (None, "enabled") => change(found.enabled.get_or_insert_default(), sign, &values),
                    (None, "disabled") => change(&mut found.disabled, sign, &values),
                    (_, key) => block.set(key, &values),
                }
            }
            _ => {}
        }
    }
    found
}

/// `=` sets a list, `+=` adds to it, `-=` takes from it.
fn change(list: &mut Vec<String>, sign: char, values: &[&str]) {
    if sign == '=' {
        list.clear();
    }
    list.retain(|known| !values.contains(&known.as_str()));
    if sign != '-' {
        list.extend(values.iter().map(|value| (*value).to_owned()));
    }
}

impl<'t> Block<'t> {
    fn set(&mut self, key: &str, values: &[&'t str]) {
        let first = values.first().copied();
        match key {
            "id" => self.id = first,
            "disable" => self.is_off[0] = first.is_some_and(|value| value.eq_ignore_ascii_case("yes")),
            "flags" => {
                self.is_off[1] = values.contains(&"DISABLE");
                self.has_name = values.contains(&"NAMEINARGS");
            }
            "server" => self.server = first,
            "server_args" => self.arguments = values.to_vec(),
            "bind" | "interface" => self.address = first,
            "port" => self.port = first.and_then(|port| port.parse().ok()),
            _ => {}
        }
    }

    /// The service, unless it is off.
    fn service(self) -> Option<Service> {
        let name = self.name.filter(|_| self.is_off == [false; 2])?;
        let service = Service::named(name);
        let server = self.server.map(file_name);
        let begun = self.arguments.first().map(|path| file_name(path));
        // Behind the name of a program; of one that begins another, as tcpd does, behind that of the other.
        let own = usize::from(self.has_name || begun.is_some() && begun == server);
        Some(Service {
            id: self.id.unwrap_or(name).to_owned(),
            programs: server.into_iter().chain(begun).collect(),
            arguments: self.arguments.iter().skip(own).map(|word| (*word).to_owned()).collect(),
            address: self.address.map(str::to_owned),
            port: self.port.or(service.port),
            ..service
        })
    }
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_of_inetd() {
        let text = "# telnet stream tcp nowait root x\n#<off># shell stream\n\nlogin\tstream tcp nowait root /usr/sbin/tcpd /usr/sbin/in.rlogind -h\n\
             127.0.0.1:ftp stream\n[::1]:\n telnet stream tcp\n*:\n2222 stream tcp nowait root /usr/sbin/sshd sshd -i -f /x\n";
        let found = services(text);
        let names: Vec<_> = found.iter().map(|service| service.name.as_str()).collect();
        assert_eq!(names, ["login", "ftp", "telnet", "2222"]);
        assert_eq!(
            (&found[0].programs[..], &found[0].arguments[..]),
            (&["tcpd".to_owned(), "in.rlogind".into()][..], &["-h".to_owned()][..])
        );
        assert_eq!((&found[1].programs[..], found[1].address.as_deref()), (&[][..], Some("127.0.0.1")));
        assert_eq!(found[2].address.as_deref(), Some("::1"), "that of a line before");
        assert_eq!(
            (found[3].port, found[3].arguments.join(" "), found[3].address.as_deref()),
            (Some(2222), "-i -f /x".into(), None)
        );
    }

    #[test]
    fn files_of_xinetd() {
        let names = |text: &str| xinetd(text).on().into_iter().map(|service| service.name).collect::<Vec<_>>();
        assert_eq!(names("service telnet\n{\n disable = no\n}\nservice shell\n{\n\tdisable\t= yes\n}\n"), ["telnet"]);
        assert_eq!(names("service login\n{\n flags = REUSE\n}\n"), ["login"], "what is not disabled is on");
        assert_eq!(names("service login\n{\n flags = REUSE DISABLE\n disable = no\n}\n"), [""; 0]);
        assert_eq!(names("service telnet\n{\n# disable = yes\n}\nservice exec {\n"), ["telnet"]);
        let other =
            "service remote\n{\n type = UNLISTED\n server=/usr/sbin/tcpd\n server_args = /usr/sbin/in.telnetd -h\n}\n";
        assert_eq!(xinetd(other).services[0].programs, ["tcpd", "in.telnetd"]);
        assert_eq!(names("defaults\n{\n disable = no\n}\n"), [""; 0]);
        let both = "service telnet\n{\n id = a\n}\nservice telnet\n{\n}\n";
        for (defaults, expected) in [
            ("disabled = telnet", 1),
            ("disabled = a telnet", 0),
            ("disabled = a\ndisabled += telnet", 0),
            ("disabled = a\ndisabled = telnet", 1),
            ("disabled = a telnet\ndisabled -= a", 1),
            ("enabled = a", 1),
            ("enabled = x", 0),
            ("enabled = a telnet\ndisabled = a", 1),
            ("enabled =", 0),
        ] {
            assert_eq!(names(&format!("defaults\n{{\n{defaults}\n}}\n{both}")).len(), expected, "{defaults}");
        }
        let sshd =
            "service ssh\n{\n server = /usr/sbin/sshd\n server_args = -i -f /x\n bind = 127.0.0.1\n port = 2022\n}\n";
        let found = xinetd(sshd).on().remove(0);
        assert_eq!(
            (found.arguments.join(" "), found.address.as_deref(), found.port),
            ("-i -f /x".into(), Some("127.0.0.1"), Some(2022))
        );
        let wrapped =
            "service ssh\n{\n flags = NAMEINARGS\n server = /usr/sbin/tcpd\n server_args = /usr/sbin/sshd -i\n}\n";
        let found = xinetd(wrapped).on().remove(0);
        assert_eq!((found.programs.join(" "), found.arguments.join(" ")), ("tcpd sshd".into(), "-i".into()));
    }

    proptest! {
        #[test]
        fn never_panics(text in "(service|defaults|enabled|disable|yes|telnet|[{}=+# :\n\t]){0,60}") {
            let _ = (services(&text).len(), xinetd(&text).on());
        }
    }
}
