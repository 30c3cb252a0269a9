//! What must agree.

use std::collections::BTreeSet;

use tenken_agent::collect::accounts::sshd_keys::{self, KeySettings};
use tenken_agent::collect::password_policy::sshd::{Passwords, passwords};
use tenken_agent::collect::remote_access;
use tenken_agent::collect::session_timeout::sshd_limits::limits;
use tenken_agent::collect::ssh_daemon::effective::{Effective, Values};
use tenken_agent::collect::ssh_daemon::flat::Flat;
use tenken_agent::collect::ssh_daemon::{algorithms, configuration, in_order, included};
use tenken_agent::collect::{Look, Needs};
use tenken_agent::host::Recording;
use tenken_model::fact::remote_access::{SshPasswords, SshRoot, SshServer, SshSignIn};
use tenken_model::fact::session_timeout::SshTimeout;
use tenken_model::observation;
use tenken_model::register::Registers;
use tenken_model::{Instant, Read, Reason, ReasonCode};

use super::Said;
use super::told::{Told, strength};
use super::written::{Files, variable};

/// Keywords of one value, as `sshd -T` prints them.
const SINGLE: [&str; 14] = [
    "permitrootlogin",
    "passwordauthentication",
    "kbdinteractiveauthentication",
    "permitemptypasswords",
    "pubkeyauthentication",
    "hostbasedauthentication",
    "ignorerhosts",
    "maxauthtries",
    "x11forwarding",
    "allowtcpforwarding",
    "gatewayports",
    "permittunnel",
    "loglevel",
    "usepam",
];
const LISTS: [&str; 5] = ["allowusers", "allowgroups", "denyusers", "denygroups", "port"];

/// How often something could be compared, so that a test that compares nothing fails.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    refused: usize,
    taken: usize,
    compared_outside: usize,
    compared_in_one_block: usize,
    inconclusive: usize,
    limits: usize,
}

impl Outcome {
    /// Fails where too little was compared.
    pub(super) fn hold(&self) {
        assert!(self.refused > 15 && self.taken > 150, "{self:?}");
        assert!(self.compared_outside > 100 && self.compared_in_one_block > 50, "{self:?}");
        assert!(self.inconclusive < self.taken / 4 && self.limits > 75, "{self:?}");
    }
}

struct Ours {
    flat: Flat,
    effective: Effective,
    limits: Result<SshTimeout, Reason>,
}

/// Holds what we read in files against what sshd said of them.
pub(super) fn hold(files: &Files, default: &Told, said: &[Said], outcome: &mut Outcome) {
    let whole: Vec<String> = files.iter().map(|(name, text)| format!("--- {name}\n{text}\n")).collect();
    let whole = whole.concat();
    let mut host = Recording::new(Instant::UNIX_EPOCH).file("/usr/sbin/sshd", "");
    for (name, text) in files {
        host = host.file(format!("/etc/ssh/{name}"), text.as_str());
    }
    let look = Look::new(&host);
    let ours = in_order(&look).and_then(|flat| {
        let (file, directives) = configuration(&look)?.unwrap();
        let limits = match limits(&file, &directives, &mut |argument| included(&look, argument)) {
            Err(reason) if reason.code != ReasonCode::Inconclusive => return Err(reason),
            limits => limits,
        };
        Ok(Ours { effective: Effective::of(&flat, false)?, flat, limits })
    });
    let fact = server(&host);
    for (connection, told) in said {
        match (told, &ours) {
            (Err(_), Err(_)) => outcome.refused += 1,
            // Whether methods that are off are asked for is not looked at: then nobody comes in.
            (Err(fault), Ok(_)) if fault.contains("Disabled method") => {}
            (Err(fault), Ok(_)) => panic!("sshd refuses what we take: {fault}\n{whole}"),
            (Ok(_), Err(reason)) => panic!("sshd takes what we refuse: {reason:?}\n{whole}"),
            (Ok(told), Ok(ours)) => {
                outcome.taken += 1;
                let differs = |what: &str| format!("{what}, for {connection}\n{whole}");
                ours.values(told, default, outcome, &differs);
                ours.keys(told, &differs);
                ours.passwords(told, &differs);
                ours.session_limits(told, outcome, &differs);
                match &fact {
                    Read::Measured(Some(server)) => covered(server, told, &differs),
                    Read::NotRead(reason) if reason.code == ReasonCode::Inconclusive => outcome.inconclusive += 1,
                    other => panic!("{}", differs(&format!("{other:?}"))),
                }
            }
        }
    }
}

fn server(host: &Recording) -> Read<Option<SshServer>> {
    let needs =
        Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    match remote_access::collect(&Look::new(host), &needs) {
        observation::Outcome::Known(fact) => fact.ssh,
        other => panic!("{other:?}"),
    }
}

impl Ours {
    /// The blocks a sign-in is in that are not for everybody, by what sshd itself says.
    fn blocks(&self, told: &Told) -> BTreeSet<usize> {
        let markers: BTreeSet<&String> = told.lines("acceptenv").iter().collect();
        let blocks = self.flat.blocks.iter().enumerate().filter(|(_, block)| !block.everyone);
        blocks.filter(|(_, block)| markers.contains(&variable(&block.file, block.line))).map(|(at, _)| at).collect()
    }

    /// Every value, for whoever is in one block or in none.
    fn values(&self, told: &Told, default: &Told, outcome: &mut Outcome, differs: &dyn Fn(&str) -> String) {
        let blocks = self.blocks(told);
        let values = match blocks.iter().next().and_then(|at| self.flat.blocks.get(*at)) {
            _ if blocks.len() > 1 => return,
            None => {
                outcome.compared_outside += 1;
                self.effective.everybody()
            }
            Some(own) => {
                outcome.compared_in_one_block += 1;
                let found = self.effective.some().find(|(block, _)| *block == own).map(|(_, values)| values);
                found.unwrap_or_else(|| self.effective.everybody())
            }
        };
        for keyword in SINGLE {
            let ours = values.word(keyword).unwrap_or_else(|| default.value(keyword).to_ascii_lowercase());
            let (ours, theirs) = (normal(&ours), normal(told.value(keyword)));
            assert_eq!(ours, theirs, "{}", differs(keyword));
        }
        for keyword in LISTS {
            let ours = values.words(keyword);
            let ours = if ours.is_empty() { default.lines(keyword) } else { ours };
            assert_eq!(ours, told.lines(keyword), "{}", differs(keyword));
        }
        let methods = values.words("authenticationmethods").join(" ");
        let ours = if methods.is_empty() { "any" } else { methods.as_str() };
        assert_eq!(ours, told.value("authenticationmethods"), "{}", differs("authenticationmethods"));
        Self::algorithms(&values, told, differs);
    }

    fn algorithms(values: &Values, told: &Told, differs: &dyn Fn(&str) -> String) {
        let ours =
            algorithms::weak(values.words("ciphers"), values.words("macs"), values.words("kexalgorithms"), false);
        let theirs = ["ciphers", "macs", "kexalgorithms"].iter().flat_map(|keyword| told.value(keyword).split(','));
        let theirs: BTreeSet<&str> = theirs.filter(|name| algorithms::WEAK.contains(name)).collect();
        assert_eq!(ours.iter().map(String::as_str).collect::<BTreeSet<_>>(), theirs, "{}", differs("algorithms"));
    }

    fn directives(&self) -> impl Iterator<Item = (&tenken_agent::collect::ssh_daemon::sshd_config::Directive, bool)> {
        self.flat.directives.iter().map(|placed| (&placed.directive, placed.block.is_some()))
    }

    /// Every file that keys are in is looked at.
    fn keys(&self, told: &Told, differs: &dyn Fn(&str) -> String) {
        let KeySettings { files, elsewhere, off } = sshd_keys::settings(self.directives());
        let theirs = told.value("authorizedkeysfile");
        // The files are sorted; of two that begin alike the longer one comes last.
        let ours = files.iter().rev().fold(theirs.to_owned(), |left, file| left.replace(file.as_str(), ""));
        assert!(theirs == "none" || ours.trim().is_empty(), "{}", differs(&format!("{files:?} for {theirs}")));
        for keyword in ["authorizedkeyscommand", "trustedusercakeys"] {
            let is_used = told.value(keyword) != "none";
            assert!(!is_used || elsewhere.iter().any(|name| name == keyword), "{}", differs(keyword));
        }
        assert!(!off || !told.is_on("pubkeyauthentication"), "{}", differs("keys are not off"));
    }

    /// What is said of passwords of everybody.
    fn passwords(&self, told: &Told, differs: &dyn Fn(&str) -> String) {
        let theirs = told.passwords();
        let ours = passwords(self.directives());
        let agrees = match ours {
            Passwords::Refused => theirs == SshPasswords::Refused,
            Passwords::AskPam => told.is_on("usepam"),
            Passwords::WithKey => matches!(theirs, SshPasswords::WithAnother | SshPasswords::Refused),
            Passwords::WithoutPam => !told.is_on("usepam"),
            Passwords::Depends => true,
        };
        assert!(agrees, "{}", differs(&format!("{ours:?} for {theirs:?}")));
    }

    /// No session lasts longer than is said of all.
    fn session_limits(&self, told: &Told, outcome: &mut Outcome, differs: &dyn Fn(&str) -> String) {
        let Ok(SshTimeout { unresponsive, idle_channel }) = self.limits else { return };
        outcome.limits += 1;
        let is_alone = self.blocks(told).is_empty();
        for (what, ours, theirs) in
            [("unresponsive", unresponsive, told.unresponsive()), ("channel", idle_channel, told.idle_channel())]
        {
            let ours = ours.map(|span| span.millis() / 1_000);
            let within = match (ours, theirs) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(ours), Some(theirs)) => theirs <= ours,
            };
            let agrees = if is_alone { ours == theirs } else { within };
            assert!(agrees, "{}", differs(&format!("{what}: {ours:?} for {theirs:?}")));
        }
    }
}

/// Words that mean the same.
fn normal(word: &str) -> String {
    match word.to_ascii_lowercase().as_str() {
        "without-password" => "prohibit-password".to_owned(),
        "all" => "yes".to_owned(),
        "debug1" => "debug".to_owned(),
        "silent" => "quiet".to_owned(),
        other => other.parse::<u32>().map_or_else(|_| other.to_owned(), |number| number.to_string()),
    }
}

/// Nothing is open in a sign-in that is not told.
fn covered(server: &SshServer, told: &Told, differs: &dyn Fn(&str) -> String) {
    let root = |root: SshRoot| {
        [SshRoot::Yes, SshRoot::ProhibitPassword, SshRoot::ForcedCommandsOnly, SshRoot::No]
            .iter()
            .position(|one| *one == root)
            .unwrap()
    };
    let theirs = told.passwords();
    let any = |of: &dyn Fn(&SshSignIn) -> bool| server.sign_ins.iter().any(of);
    let opened = |keyword: &str, of: &dyn Fn(&SshSignIn) -> bool| {
        assert!(!told.is_on(keyword) || any(of), "{}", differs(&format!("{keyword} in {:?}", server.sign_ins)));
    };
    assert!(any(&|one| root(one.root) <= root(told.root())), "{}", differs("root"));
    assert!(any(&|one| strength(one.passwords) <= strength(theirs)), "{}", differs("passwords"));
    let empty = told.is_on("permitemptypasswords") && theirs != SshPasswords::Refused;
    assert!(!empty || any(&|one| one.empty_passwords), "{}", differs("empty passwords"));
    opened("pubkeyauthentication", &|one| one.keys);
    opened("hostbasedauthentication", &|one| one.host_based);
    assert!(told.value("ignorerhosts") == "yes" || any(&|one| !one.rhosts_ignored), "{}", differs("rhosts"));
    assert!(told.limits_users() || any(&|one| !one.users_limited), "{}", differs("limited users"));
    assert!(any(&|one| one.tries >= told.number("maxauthtries")), "{}", differs("tries"));
    opened("x11forwarding", &|one| one.x11_forwarding);
    opened("allowtcpforwarding", &|one| one.tcp_forwarding);
    opened("gatewayports", &|one| one.gateway_ports);
    opened("permittunnel", &|one| one.tunnel);
    let ours: BTreeSet<i64> = server.ports.iter().copied().collect();
    let theirs: BTreeSet<i64> = told.lines("port").iter().map(|port| port.parse().unwrap()).collect();
    assert_eq!(ours, theirs, "{}", differs("ports"));
    assert_eq!(server.pam, told.is_on("usepam"), "{}", differs("PAM"));
}
