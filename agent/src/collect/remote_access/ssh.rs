//! OpenSSH's server: whether it can be reached, and what it lets in.

mod others;

use tenken_model::fact::remote_access::{SshPasswords, SshRoot, SshServer, SshSignIn};
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::super::Look;
use super::inetd::Service;
use super::started::Started;
use crate::collect::ssh_daemon::algorithms::weak;
use crate::collect::ssh_daemon::command_line::{self, CommandLine};
use crate::collect::ssh_daemon::effective::{Effective, Values};
use crate::collect::ssh_daemon::flat::{Block, Placed, flatten};
use crate::collect::ssh_daemon::{self, CONFIGURATIONS, configuration, included};
use crate::collect::systemd_unit::{self, Files, listed};

/// Where distributions put OpenSSH's server.
const SERVERS: [&str; 3] = ["/usr/sbin/sshd", "/usr/bin/sshd", "/usr/local/sbin/sshd"];
/// Units of Debian and of the others, with the sockets that begin them.
const SERVICES: [&str; 2] = ["ssh.service", "sshd.service"];
const SOCKETS: [&str; 2] = ["ssh.socket", "sshd.socket"];
/// The name under which directives of the command line are shown.
const COMMAND_LINE: &str = "command line of sshd";
const ENVIRONMENT_MAX: Size = Size::from_bytes(64 * 1024);
/// Where Windows keeps the server's file.
const CONFIGURATION_OF_WINDOWS: &str = "C:/ProgramData/ssh/sshd_config";
/// The most blocks that are told.
const BLOCKS_MAX: usize = 100;
const PORT_DEFAULT: i64 = 22;
/// Systems by name, with the last version whose OpenSSH is older than 8.7.
const OLD: [(&[&str], u32); 4] =
    [(&["debian"], 11), (&["ubuntu"], 21), (&["rhel", "centos", "rocky", "almalinux", "ol"], 8), (&["amzn"], 2)];

/// Reads the server; absent when none is installed.
pub(super) fn read(
    look: &Look<'_>,
    started: &Started<'_, '_>,
    begun: &Result<Vec<Service>, Reason>,
) -> Result<Option<SshServer>, Reason> {
    let mut installed = false;
    for path in SERVERS {
        installed = installed || look.exists(path).map_err(|error| error.reason())?;
    }
    if !installed {
        return Ok(None);
    }
    let by_socket = started.is_enabled(&SOCKETS)?;
    let mut enabled = by_socket || started.is_enabled(&SERVICES)?;
    let running = started.is_running(&["sshd"]);
    let told = told(look)?;
    let (own, effective) = in_force(look, &told, is_old(look))?;
    let values = effective.everybody();
    let addresses = values.words("listenaddress").to_vec();
    let sockets = if by_socket { socket_addresses(look, &SOCKETS)? } else { Vec::new() };
    let waits_on = if by_socket { &sockets } else { &addresses };
    let local_only = !waits_on.is_empty() && waits_on.iter().all(|address| is_loopback(address));
    let mut reachable = match &running {
        _ if local_only => Read::Measured(false),
        _ if enabled => Read::Measured(true),
        running => running.clone(),
    };
    let mut ports = ports(&told, &values, &sockets);
    let mut weak_algorithms = weak_in(&values, look);
    let (mut sign_ins, mut left_out) = sign_ins(&effective, &values, &own)?;
    let mut further = others::read(look, started)?;
    further.extend(others::by_inetd(started, begun)?);
    for other in further {
        let (own, effective) = in_force(look, &other.told, is_old(look))?;
        let values = effective.everybody();
        let waits_on = if other.by_socket { other.sockets.as_slice() } else { values.words("listenaddress") };
        enabled = true;
        if waits_on.is_empty() || !waits_on.iter().all(|address| is_loopback(address)) {
            reachable = Read::Measured(true);
        }
        ports.extend(self::ports(&other.told, &values, &other.sockets));
        weak_algorithms.extend(weak_in(&values, look));
        let (found, cut) = self::sign_ins(&effective, &values, &own)?;
        left_out += cut;
        for found in found {
            // One that has the same file lets in the same.
            if !sign_ins.contains(&found) {
                sign_ins.push(found);
            }
        }
    }
    ports.sort_unstable();
    ports.dedup();
    weak_algorithms.sort();
    weak_algorithms.dedup();
    Ok(Some(SshServer {
        enabled,
        running,
        reachable,
        ports,
        addresses,
        log_level: values.word("loglevel").map_or_else(|| "INFO".to_owned(), |level| level.to_ascii_uppercase()),
        pam: values.flag("usepam", false),
        weak_algorithms,
        sign_ins,
        left_out,
    }))
}

/// The server of Windows, which is begun by its service alone and keeps its file elsewhere. It is OpenSSH 8.1 or later, of which the
/// weak algorithms are told as those of a newer one.
pub(super) fn of_windows(look: &Look<'_>, enabled: bool, running: bool) -> Result<SshServer, Reason> {
    let told = CommandLine { file: Some(CONFIGURATION_OF_WINDOWS.to_owned()), ..CommandLine::default() };
    let (own, effective) = in_force(look, &told, false)?;
    let values = effective.everybody();
    let addresses = values.words("listenaddress").to_vec();
    let local_only = !addresses.is_empty() && addresses.iter().all(|address| is_loopback(address));
    let (sign_ins, left_out) = sign_ins(&effective, &values, &own)?;
    Ok(SshServer {
        enabled,
        running: Read::Measured(running),
        reachable: Read::Measured((enabled || running) && !local_only),
        ports: ports(&told, &values, &[]),
        addresses,
        log_level: values.word("loglevel").map_or_else(|| "INFO".to_owned(), |level| level.to_ascii_uppercase()),
        pam: false,
        weak_algorithms: weak_in(&values, look),
        sign_ins,
        left_out,
    })
}

fn weak_in(values: &Values, look: &Look<'_>) -> Vec<String> {
    weak(values.words("ciphers"), values.words("macs"), values.words("kexalgorithms"), is_old(look))
}

/// The ports that one server waits on: those of the socket that begins it, of its command, or of its configuration.
fn ports(told: &CommandLine, values: &Values, sockets: &[String]) -> Vec<i64> {
    let of_socket = |address: &String| address.rsplit(':').next().and_then(|port| port.parse().ok());
    if !sockets.is_empty() {
        return sockets.iter().filter_map(of_socket).collect();
    }
    let ports = if told.ports.is_empty() { values.words("port") } else { told.ports.as_slice() };
    let ports: Vec<i64> = ports.iter().filter_map(|port| port.parse().ok()).collect();
    if ports.is_empty() { vec![PORT_DEFAULT] } else { ports }
}

/// Whether it is a system whose OpenSSH is older than 8.7.
fn is_old(look: &Look<'_>) -> bool {
    let Ok(system) = look.system() else { return false };
    let major: Option<u32> = system.os_version.split('.').next().and_then(|version| version.parse().ok());
    OLD.iter().any(|(names, last)| names.contains(&system.os.as_str()) && major.is_some_and(|major| major <= *last))
}

/// What its unit tells it on the command line.
fn told(look: &Look<'_>) -> Result<CommandLine, Reason> {
    for unit in SERVICES {
        if let Some(files) = systemd_unit::files(look, unit)?
            && let Some((_, told)) = commanded(look, &files)?
        {
            return Ok(told);
        }
    }
    Ok(CommandLine::default())
}

fn is_server(program: &str) -> bool {
    program.rsplit('/').next() == Some("sshd")
}

/// The program that a unit begins, and what it is told.
fn commanded(look: &Look<'_>, files: &Files) -> Result<Option<(String, CommandLine)>, Reason> {
    let commands = listed(files, "Service", "ExecStart")?;
    let Some((path, command)) = commands.last() else { return Ok(None) };
    let mut command = systemd_unit::words(command).into_iter();
    let program = command.next().unwrap_or_default();
    if !is_server(&program) {
        return Ok(Some((program, CommandLine::default())));
    }
    let environment = environment(look, files)?;
    let value = |name: &str| environment.iter().rev().find_map(|text| command_line::variable(text, name));
    let mut words = Vec::new();
    for word in command {
        match word.strip_prefix('$').map(|name| (name, name.strip_prefix('{'))) {
            None => words.push(word),
            Some((_, Some(name))) => words.extend(value(name.trim_end_matches('}'))),
            Some((name, None)) => words.extend(systemd_unit::arguments(&value(name).unwrap_or_default())),
        }
    }
    let unparsable = || Reason::new(ReasonCode::Unparsable, format!("{path}: sshd refuses an option of its command"));
    Ok(Some((program, command_line::read(&words).ok_or_else(unparsable)?)))
}

/// The texts that set variables for a unit, those that count last at the end.
fn environment(look: &Look<'_>, files: &Files) -> Result<Vec<String>, Reason> {
    let mut texts: Vec<String> = Vec::new();
    for (_, line) in listed(files, "Service", "Environment")? {
        texts.extend(systemd_unit::arguments(&line));
    }
    for (_, path) in listed(files, "Service", "EnvironmentFile")? {
        let path = path.trim_start_matches('-');
        let bytes = look.read_text_if_there(path, ENVIRONMENT_MAX).map_err(|error| error.reason())?;
        texts.extend(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
    }
    Ok(texts)
}

fn in_force(look: &Look<'_>, told: &CommandLine, is_old: bool) -> Result<(String, Effective), Reason> {
    let own = match &told.file {
        Some(path) => ssh_daemon::read(look, path)?,
        None => configuration(look)?,
    };
    let Some((file, directives)) = own else {
        let wanted = told.file.clone().unwrap_or_else(|| CONFIGURATIONS.join(" and "));
        let detail = format!("an SSH server is installed, but {wanted} is missing");
        return Err(Reason::new(ReasonCode::Missing, detail));
    };
    let mut flat = flatten(&file, &directives, &mut |argument| included(look, argument))?;
    let first = told.directives.iter().map(|directive| Placed {
        file: COMMAND_LINE.into(),
        directive: directive.clone(),
        block: None,
    });
    flat.directives.splice(0..0, first);
    Ok((file, Effective::of(&flat, is_old)?))
}

/// What sockets wait on that begin the server.
fn socket_addresses(look: &Look<'_>, units: &[&str]) -> Result<Vec<String>, Reason> {
    let mut addresses = Vec::new();
    for unit in units {
        if let Some(files) = systemd_unit::files(look, unit)? {
            addresses.extend(listed(&files, "Socket", "ListenStream")?.into_iter().map(|(_, address)| address));
        }
    }
    Ok(addresses)
}

/// Whether an address, with or without a port, is of this machine alone. A socket of the file system is too.
fn is_loopback(address: &str) -> bool {
    let host = match address.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, _)) => host,
        None if address.matches(':').count() == 1 => address.split(':').next().unwrap_or_default(),
        None => address,
    };
    host == "localhost" || host == "::1" || host.starts_with("127.") || host.starts_with('/')
}

/// What holds outside blocks, and then every block that is weaker; with how many of these were left out.
fn sign_ins(effective: &Effective, values: &Values, own: &str) -> Result<(Vec<SshSignIn>, i64), Reason> {
    let outside = sign_in(effective, values, None, own);
    let mut left_out = 0;
    let mut weakest = strength(outside.passwords);
    let mut together = Together::of(effective, values);
    let mut found = vec![outside.clone()];
    for (block, values) in effective.some() {
        let within = sign_in(effective, &values, Some(block), own);
        weakest = weakest.min(strength(within.passwords));
        together.add(&Together::of(effective, &values));
        if !is_weaker(&within, &outside) {
            continue;
        }
        if found.len() > BLOCKS_MAX {
            left_out += 1;
        } else {
            found.push(within);
        }
    }
    // Who is in several blocks has the first value of each keyword, by which more may be open than by any block alone.
    if strength(together.passwords()) < weakest {
        let detail =
            "several Match blocks of sshd_config let a password in only together, for whoever is in all of them";
        return Err(Reason::new(ReasonCode::Inconclusive, detail));
    }
    Ok((found, left_out))
}

fn sign_in(effective: &Effective, values: &Values, block: Option<&Block>, own: &str) -> SshSignIn {
    let passwords = Together::of(effective, values).passwords();
    SshSignIn {
        condition: block.map(|block| block.criteria.join(" ")),
        origin: block.map_or_else(|| own.to_owned(), |block| format!("{}:{}", block.file, block.line)),
        root: values.root(),
        passwords,
        empty_passwords: values.flag("permitemptypasswords", false) && passwords != SshPasswords::Refused,
        keys: values.flag("pubkeyauthentication", true),
        host_based: values.flag("hostbasedauthentication", false),
        rhosts_ignored: values.word("ignorerhosts").is_none_or(|word| word == "yes"),
        users_limited: values.limits_users(),
        users_denied: ["denyusers", "denygroups"].iter().any(|name| !values.words(name).is_empty()),
        tries: values.number("maxauthtries", 6),
        x11_forwarding: values.flag("x11forwarding", false),
        tcp_forwarding: values.flag("allowtcpforwarding", true),
        gateway_ports: values.flag("gatewayports", false),
        tunnel: values.flag("permittunnel", false),
    }
}

/// Whether something is open within a block that is not outside.
fn is_weaker(within: &SshSignIn, outside: &SshSignIn) -> bool {
    let root = |root: SshRoot| match root {
        SshRoot::Yes => 0,
        SshRoot::ProhibitPassword => 1,
        SshRoot::ForcedCommandsOnly => 2,
        SshRoot::No => 3,
    };
    let opened = |of: fn(&SshSignIn) -> bool| of(within) && !of(outside);
    root(within.root) < root(outside.root)
        || strength(within.passwords) < strength(outside.passwords)
        || opened(|one| one.empty_passwords)
        || opened(|one| one.keys)
        || opened(|one| one.host_based)
        || opened(|one| !one.rhosts_ignored)
        || opened(|one| !one.users_limited)
        || within.tries > outside.tries
        || opened(|one| one.x11_forwarding)
        || opened(|one| one.tcp_forwarding)
        || opened(|one| one.gateway_ports)
        || opened(|one| one.tunnel)
}

/// The weakest first.
fn strength(passwords: SshPasswords) -> u8 {
    match passwords {
        SshPasswords::Alone => 0,
        SshPasswords::Interactive => 1,
        SshPasswords::WithAnother => 2,
        SshPasswords::Refused => 3,
    }
}

/// What bears on passwords, of one block or of several together.
struct Together {
    password: bool,
    pam: bool,
    keys: bool,
    host_based: bool,
    /// Values of `AuthenticationMethods`; an empty one asks for any.
    methods: Vec<Vec<String>>,
}

impl Together {
    fn of(effective: &Effective, values: &Values) -> Self {
        Self {
            password: values.flag("passwordauthentication", true),
            pam: effective.asks_pam(values),
            keys: values.flag("pubkeyauthentication", true),
            host_based: values.flag("hostbasedauthentication", false),
            methods: vec![values.words("authenticationmethods").to_vec()],
        }
    }

    fn add(&mut self, other: &Self) {
        self.password |= other.password;
        self.pam |= other.pam;
        self.keys |= other.keys;
        self.host_based |= other.host_based;
        for methods in &other.methods {
            if !self.methods.contains(methods) {
                self.methods.push(methods.clone());
            }
        }
    }

    /// The weakest way in that has a password in it.
    fn passwords(&self) -> SshPasswords {
        let mut weakest = SshPasswords::Refused;
        for methods in &self.methods {
            let any = ["password".to_owned(), "keyboard-interactive".to_owned()];
            let is_any = methods.is_empty() || methods.iter().any(|list| list == "any");
            for list in if is_any { any.as_slice() } else { methods.as_slice() } {
                let found = self.list(list);
                if strength(found) < strength(weakest) {
                    weakest = found;
                }
            }
        }
        weakest
    }

    /// What one list of methods, all of which are needed, makes of passwords. One with a method that is off opens nothing.
    fn list(&self, list: &str) -> SshPasswords {
        let (mut password, mut pam, mut another) = (false, false, false);
        for method in list.split(',').map(|method| method.split(':').next().unwrap_or_default()) {
            let on = match method {
                "password" | "none" => {
                    password = true;
                    self.password
                }
                "keyboard-interactive" => {
                    pam = true;
                    self.pam
                }
                other => {
                    another = true;
                    other != "publickey" && other != "hostbased"
                        || other == "publickey" && self.keys
                        || other == "hostbased" && self.host_based
                }
            };
            if !on {
                return SshPasswords::Refused;
            }
        }
        match (password, pam, another) {
            (false, false, _) => SshPasswords::Refused,
            (_, _, true) => SshPasswords::WithAnother,
            (_, true, false) => SshPasswords::Interactive,
            (true, false, false) => SshPasswords::Alone,
        }
    }
}
