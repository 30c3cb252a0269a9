//! chrony's configuration: the sources it names, and the files it takes in.
//!
//! Source: chrony.conf(5) of chrony 4.

use crate::collect::glob::has_pattern;

/// What a configuration file says that Tenken needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChronyConf {
    /// Servers, pools, peers and reference clocks, in order.
    pub sources: Vec<String>,
    /// Files and folders to read besides.
    pub includes: Vec<Include>,
    /// The process number's file; the last line counts.
    pub pid_file: Option<String>,
    /// The command socket; the last line counts.
    pub command_socket: Option<String>,
}

/// Something to read besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Include {
    /// `include`: files of a pattern.
    Files(String),
    /// `confdir`: files ending in `.conf` of the folders, of each name the first.
    Folders(Vec<String>),
    /// `sourcedir`: files ending in `.sources` of the folders, of each name the first.
    Sources(Vec<String>),
}

impl Include {
    /// Each file that was found for it has to be there. Only of a pattern in a folder's name are files meant that may not
    /// be below every folder that fits.
    pub fn is_there_or_fails(&self) -> bool {
        match self {
            Self::Files(path) => {
                let end = path.rsplit('/').next().unwrap_or(path);
                has_pattern(end) || !has_pattern(path)
            }
            Self::Folders(_) | Self::Sources(_) => true,
        }
    }
}

/// Reads one file. Directives are not case-sensitive; a line that begins with `!`, `;`, `#` or `%` is a comment.
pub fn parse(text: &str) -> ChronyConf {
    let mut conf = ChronyConf::default();
    for line in text.lines().map(str::trim) {
        if line.starts_with(['!', ';', '#', '%']) {
            continue;
        }
        let mut words = line.split_whitespace();
        let Some(directive) = words.next() else { continue };
        let rest: Vec<String> = words.map(str::to_owned).collect();
        match (directive.to_ascii_lowercase().as_str(), rest.first()) {
            ("server" | "pool" | "peer", Some(name)) => conf.sources.push(name.clone()),
            ("refclock", Some(driver)) => conf.sources.push(reference_clock(driver, rest.get(1))),
            ("include", Some(pattern)) => conf.includes.push(Include::Files(pattern.clone())),
            ("confdir", Some(_)) => conf.includes.push(Include::Folders(rest)),
            ("sourcedir", Some(_)) => conf.includes.push(Include::Sources(rest)),
            ("pidfile", Some(path)) => conf.pid_file = Some(path.clone()),
            ("bindcmdaddress", Some(path)) if path.starts_with('/') => conf.command_socket = Some(path.clone()),
            _ => {}
        }
    }
    conf
}

/// The name of a reference clock. Of a clock of the kernel's (PHC) it says which, because that of a hypervisor is one that
/// its guest has to trust anyway, and that of a network card is not.
fn reference_clock(driver: &str, parameter: Option<&String>) -> String {
    // Options follow behind a colon.
    let device = parameter.and_then(|parameter| parameter.split(':').next()).filter(|device| device.starts_with('/'));
    match device {
        Some(device) if driver == "PHC" => format!("refclock {driver} {device}"),
        Some(_) | None => format!("refclock {driver}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read_as_chrony_reads_them() {
        let conf = parse(
            "# server commented.example\n! pool x\n SERVER ntp.nict.jp iburst\npool  2.debian.pool.ntp.org iburst\n\
             server\nrefclock SHM 0\nsourcedir /run/chrony-dhcp /etc/chrony/sources.d\nconfdir /etc/chrony/conf.d\n\
             include /etc/x/*.conf\npidfile /a\npidfile /b\nbindcmdaddress 127.0.0.1\nbindcmdaddress /run/c.sock\nserverx y\n",
        );
        assert_eq!(conf.sources, ["ntp.nict.jp", "2.debian.pool.ntp.org", "refclock SHM"]);
        assert_eq!(conf.includes.len(), 3);
        assert_eq!(conf.includes[0], Include::Sources(vec!["/run/chrony-dhcp".into(), "/etc/chrony/sources.d".into()]));
        assert_eq!((conf.pid_file.as_deref(), conf.command_socket.as_deref()), (Some("/b"), Some("/run/c.sock")));
    }

    #[test]
    fn the_clock_of_a_hypervisor_is_named() {
        let conf = parse(
            "refclock PHC /dev/ptp_hyperv poll 3 dpoll -2 offset 0 stratum 2\nrefclock PHC /dev/ptp0:nocrossts:extpps poll 0\n\
             refclock PHC\nrefclock SHM 1 delay 0.5\nrefclock SOCK /run/gps.sock\n",
        );
        let expected =
            ["refclock PHC /dev/ptp_hyperv", "refclock PHC /dev/ptp0", "refclock PHC", "refclock SHM", "refclock SOCK"];
        assert_eq!(conf.sources, expected);
    }
}
