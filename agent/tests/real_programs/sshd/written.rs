//! Configurations as people write them, and as nobody should.

use std::collections::BTreeMap;
use std::fmt;

use crate::dice::Dice;

/// Texts by their path below `/etc/ssh`.
pub(super) type Files = BTreeMap<String, String>;

/// Who signs in from where to where.
#[derive(Debug, Clone)]
pub(super) struct Connection {
    user: &'static str,
    host: &'static str,
    address: &'static str,
    own: &'static str,
    port: &'static str,
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user, host, address, own, port } = self;
        write!(f, "user={user},host={host},addr={address},laddr={own},lport={port}")
    }
}

/// A sign-in.
pub(super) fn connection(dice: &mut Dice) -> Connection {
    Connection {
        user: dice.one(&["root", "daemon", "nobody", "alice"]),
        host: dice.one(&["pc1.clinic.example", "vendor.example", "10.0.0.5"]),
        address: dice.one(&["10.0.0.5", "192.0.2.7", "127.0.0.1", "2001:db8::7"]),
        own: dice.one(&["10.0.0.1", "2001:db8::1"]),
        port: dice.one(&["22", "2222"]),
    }
}

/// Keywords that may stand within `Match`, with values that sshd takes.
const ANYWHERE: &[(&str, &[&str])] = &[
    ("PermitRootLogin", &["yes", "no", "prohibit-password", "without-password", "forced-commands-only", "YES"]),
    ("PasswordAuthentication", &["yes", "no", "No"]),
    ("KbdInteractiveAuthentication", &["yes", "no"]),
    ("ChallengeResponseAuthentication", &["yes", "no"]),
    ("SkeyAuthentication", &["yes", "no"]),
    ("PermitEmptyPasswords", &["yes", "no"]),
    ("PubkeyAuthentication", &["yes", "no"]),
    ("DSAAuthentication", &["yes", "no"]),
    ("HostbasedAuthentication", &["yes", "no"]),
    ("IgnoreRhosts", &["yes", "no", "shosts-only"]),
    (
        "AuthenticationMethods",
        &["publickey", "publickey,password", "password", "keyboard-interactive:pam", "publickey,password password"],
    ),
    ("AllowUsers", &["alice", "*", "root daemon", "a* b?b@10.0.0.*", "alice@192.0.2.0/24"]),
    ("AllowGroups", &["wheel sudo", "*", "adm"]),
    ("DenyUsers", &["guest", "x y"]),
    ("DenyGroups", &["guests"]),
    ("MaxAuthTries", &["3", "10", "0", "007"]),
    ("X11Forwarding", &["yes", "no"]),
    ("AllowTcpForwarding", &["yes", "no", "all", "local", "remote", "LOCAL"]),
    ("GatewayPorts", &["yes", "no", "clientspecified"]),
    ("PermitTunnel", &["yes", "no", "point-to-point", "ethernet"]),
    ("LogLevel", &["QUIET", "FATAL", "ERROR", "INFO", "verbose", "DEBUG", "DEBUG1", "debug3"]),
    ("ClientAliveInterval", &["0", "60", "5m", "1h30m", "2H"]),
    ("ClientAliveCountMax", &["0", "1", "3"]),
    ("ChannelTimeout", &["none", "session:*=5m", "session:shell=90", "x11-connection=1m sess*=2m", "session:shell=0"]),
    ("AuthorizedKeysFile", &["none", ".ssh/authorized_keys", "/etc/ssh/keys/%u .ssh/keys", "\"%h/my keys\""]),
    ("AuthorizedKeysCommand", &["none", "/usr/bin/true"]),
    ("TrustedUserCAKeys", &["none", "/etc/ssh/ca.pub"]),
];

/// Keywords that may not.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("UsePAM", &["yes", "no"]),
    ("Port", &["22", "2222"]),
    ("Ciphers", &["aes256-gcm@openssh.com", "+aes128-cbc", "aes192-cbc,aes256-ctr", "^3des-cbc", "-aes*"]),
    ("MACs", &["hmac-sha2-256", "+hmac-md5,hmac-md5-96", "-hmac-sha1*", "hmac-sha1-96,hmac-sha2-512"]),
    (
        "KexAlgorithms",
        &["curve25519-sha256", "+diffie-hellman-group1-sha1", "^diffie-hellman-group14-sha1", "-diffie*"],
    ),
];

/// Whom a block is for.
const CRITERIA: &[&str] = &[
    "all",
    "User alice",
    "User root",
    "User alice,bob,daemon",
    "User a*,!alice",
    "User !root,*",
    "user=alice",
    "USER \"alice\"",
    "Group root",
    "Group daemon,nogroup",
    "Group !root,*",
    "Host *.example",
    "Host !*.clinic.example,*",
    "Address 10.0.0.0/8",
    "Address 192.0.2.0/24,127.0.0.1",
    "Address !10.0.0.5,10.*",
    "Address 2001:db8::/32",
    "LocalAddress 10.0.0.1",
    "LocalPort 2222",
    "User alice Address 10.0.0.0/8",
    "Group root Host vendor.example LocalPort 22",
];

/// Lines that sshd refuses, wherever they stand.
const REFUSED: &[&str] = &[
    "PermitRootLogin maybe",
    "PermitRootLogin",
    "PasswordAuthentication \"no",
    "PasswordAuthentication no 'x",
    "PasswordAuthentication no yes",
    "PubkeyAuthentication = = no",
    "\"PubkeyAuthentication\" = no",
    "Match all\nAcceptEnv X\nMatch User alice\nDSAAuthentication no",
    "Match User alice\nPort 22",
    "Match User alice\nCiphers aes128-cbc",
    "Ciphers aes*-cbc,aes256-ctr",
    "Ciphers aes256-ctr aes128-ctr",
    "MACs +hmac-md5*",
    "KexAlgorithms ^*group1*",
    "MaxAuthTries -1",
    "MaxAuthTries six",
    "MaxAuthTries 99999999999",
    "MaxAuthTries",
    "X11Forwarding yess",
    "LogLevel loud",
    "LogLevel \"\"",
    "AllowUsers",
    "GatewayPorts maybe",
    "ClientAliveInterval 5x",
    "ClientAliveInterval",
    "ClientAliveCountMax many",
    "Match",
    "Match all User alice",
    "Include",
    "Include \"\"",
];

/// Places for files, of which some are read.
const NAMES: &[&str] = &[
    "sshd_config.d/10-site.conf",
    "sshd_config.d/9-first.conf",
    "sshd_config.d/Z.conf",
    "sshd_config.d/a.conf",
    "sshd_config.d/.hidden.conf",
    "sshd_config.d/old.conf.bak",
    "extra/vendor lines.conf",
    "extra/[x].conf",
];

/// What is included.
const INCLUDES: &[&str] = &[
    "/etc/ssh/sshd_config.d/*.conf",
    "sshd_config.d/*.conf",
    "sshd_config.d/[0-9]*.conf",
    "sshd_config.d/?.conf sshd_config.d/10-*",
    "\"extra/vendor lines.conf\"",
    "extra/vendor\\ lines.conf",
    "extra/*lines.conf sshd_config.d/[!a-z]*",
    "sshd_config.d/.*.conf",
    "nowhere/*.conf",
    "sshd_config.d",
    "extra/\\\\[x].conf",
];

/// A configuration. Each `Match` is followed by a variable that names its file and line, so that sshd itself tells which
/// blocks a sign-in is in.
pub(super) fn files(dice: &mut Dice) -> Files {
    let mut files = Files::new();
    for (number, name) in NAMES.iter().enumerate() {
        if dice.in_hundred(35) {
            let text = Text::write(dice, number + 1, 4, 8);
            files.insert((*name).to_owned(), text);
        }
    }
    files.insert("sshd_config".to_owned(), Text::write(dice, 0, 14, 12));
    files
}

/// The variable behind a `Match`.
pub(super) fn variable(file: &str, line: usize) -> String {
    let file = file.strip_prefix("/etc/ssh/").unwrap();
    let number = NAMES.iter().position(|name| *name == file).map_or(0, |at| at + 1);
    format!("M_{number}_{line}")
}

struct Text {
    lines: Vec<String>,
    in_block: bool,
}

impl Text {
    fn write(dice: &mut Dice, number: usize, most: usize, includes: usize) -> String {
        let mut text = Self { lines: Vec::new(), in_block: false };
        if number == 0 {
            text.lines.push("AuthorizedKeysCommandUser nobody".to_owned());
        }
        for _ in 0..=dice.below(most) {
            match dice.below(100) {
                0..20 => text.block(dice, number),
                // Files that others include do not include again: sshd would go round in a ring.
                20..32 if number == 0 && dice.in_hundred(includes * 8) => {
                    let argument = dice.one(INCLUDES);
                    text.line(dice, "Include", argument);
                }
                20..26 => text.lines.push(dice.one(&["", "  ", "# PermitRootLogin no", "\t#Port 1"]).to_owned()),
                26..36 if !text.in_block || dice.in_hundred(4) => text.directive(dice, OUTSIDE),
                _ => text.directive(dice, ANYWHERE),
            }
        }
        if dice.in_hundred(4) {
            text.lines.push(dice.one(REFUSED).to_owned());
        }
        let end = dice.one(&["\n", "\n", "\n", "\r\n", " \n", "\x0c\n"]);
        let mut whole = text.lines.join(end);
        whole.push_str(dice.one(&["", "\n"]));
        whole
    }

    fn block(&mut self, dice: &mut Dice, number: usize) {
        let criteria = dice.one(CRITERIA);
        let keyword = dice.one(&["Match", "match", "  MATCH"]);
        let comment = if dice.in_hundred(10) && criteria == "all" { " # everybody" } else { "" };
        self.lines.push(format!("{keyword} {criteria}{comment}"));
        self.lines.push(format!("AcceptEnv M_{number}_{}", self.lines.len()));
        self.in_block = true;
    }

    fn directive(&mut self, dice: &mut Dice, of: &[(&str, &[&str])]) {
        let (keyword, values) = of[dice.below(of.len())];
        let value = dice.one(values);
        match keyword {
            // The rest of its line is the command as it stands.
            "AuthorizedKeysCommand" => self.lines.push(format!("{keyword} {value}")),
            "DSAAuthentication" if self.in_block => {}
            _ => self.line(dice, keyword, value),
        }
    }

    fn line(&mut self, dice: &mut Dice, keyword: &str, value: &str) {
        let keyword = match dice.below(8) {
            0 => keyword.to_lowercase(),
            1 => keyword.to_uppercase(),
            2 => format!("\t{keyword}"),
            3 => format!("\"{keyword}\""),
            _ => keyword.to_owned(),
        };
        let between = dice.one(&[" ", " ", " ", "\t", "  ", "=", " = ", "= "]);
        let between = if keyword.starts_with('"') { " " } else { between };
        let is_word = !value.contains([' ', '"', '\\', '*', '%']);
        let value = match dice.below(8) {
            0 if is_word => format!("\"{value}\""),
            1 if is_word => format!("'{value}'"),
            2 if is_word => format!("{}\"{}\"", &value[..1], &value[1..]),
            3 => format!("{value} # because"),
            _ => value.to_owned(),
        };
        self.lines.push(format!("{keyword}{between}{value}"));
    }
}
