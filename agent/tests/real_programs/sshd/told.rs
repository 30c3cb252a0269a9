//! What `sshd -T` prints, and what that means for a sign-in.

use std::collections::BTreeMap;

use tenken_model::fact::remote_access::{SshPasswords, SshRoot};

/// Keywords with their values, each line one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told(BTreeMap<String, Vec<String>>);

impl Told {
    /// Reads what was printed.
    pub(super) fn read(text: &str) -> Self {
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in text.lines() {
            let (keyword, value) = line.split_once(' ').unwrap_or((line, ""));
            values.entry(keyword.to_owned()).or_default().push(value.trim().to_owned());
        }
        Self(values)
    }

    /// The values of a keyword.
    pub(super) fn lines(&self, keyword: &str) -> &[String] {
        self.0.get(keyword).map_or(&[], Vec::as_slice)
    }

    /// The value of a keyword that has one.
    pub(super) fn value(&self, keyword: &str) -> &str {
        self.lines(keyword).first().map_or("", String::as_str)
    }

    /// Whether a keyword is on.
    pub(super) fn is_on(&self, keyword: &str) -> bool {
        self.value(keyword) != "no"
    }

    /// A number.
    pub(super) fn number(&self, keyword: &str) -> i64 {
        self.value(keyword).parse().unwrap()
    }

    /// How root may sign in.
    pub(super) fn root(&self) -> SshRoot {
        match self.value("permitrootlogin") {
            "yes" => SshRoot::Yes,
            "no" => SshRoot::No,
            "forced-commands-only" => SshRoot::ForcedCommandsOnly,
            "without-password" | "prohibit-password" => SshRoot::ProhibitPassword,
            other => panic!("PermitRootLogin is {other}"),
        }
    }

    /// What a password opens.
    pub(super) fn passwords(&self) -> SshPasswords {
        let methods = self.value("authenticationmethods");
        let lists: Vec<Vec<&str>> = match methods {
            "any" | "" => vec![vec!["password"], vec!["keyboard-interactive"]],
            lists => lists.split(' ').map(|list| list.split(',').collect()).collect(),
        };
        let open = |method: &str| match method.split(':').next().unwrap() {
            "password" => self.is_on("passwordauthentication"),
            "keyboard-interactive" => self.is_on("kbdinteractiveauthentication") && self.is_on("usepam"),
            "publickey" => self.is_on("pubkeyauthentication"),
            "hostbased" => self.is_on("hostbasedauthentication"),
            other => panic!("method {other}"),
        };
        let mut weakest = SshPasswords::Refused;
        for list in lists.iter().filter(|list| list.iter().all(|method| open(method))) {
            let has = |wanted: &str| list.iter().any(|method| method.split(':').next().unwrap() == wanted);
            let found = match (has("password"), has("keyboard-interactive"), has("publickey") || has("hostbased")) {
                (false, false, _) => SshPasswords::Refused,
                (_, _, true) => SshPasswords::WithAnother,
                (_, true, false) => SshPasswords::Interactive,
                (true, false, false) => SshPasswords::Alone,
            };
            if strength(found) < strength(weakest) {
                weakest = found;
            }
        }
        weakest
    }

    /// Whether only named users or groups are let in.
    pub(super) fn limits_users(&self) -> bool {
        ["allowusers", "allowgroups"].iter().any(|list| {
            let names = self.lines(list);
            !names.is_empty() && names.iter().all(|name| name != "*")
        })
    }

    /// How long a session whose other side is silent lasts, in seconds.
    pub(super) fn unresponsive(&self) -> Option<i64> {
        let product = self.number("clientaliveinterval") * self.number("clientalivecountmax");
        (product > 0).then_some(product)
    }

    /// After how many seconds a silent shell is ended.
    pub(super) fn idle_channel(&self) -> Option<i64> {
        let limits = self.lines("channeltimeout").iter().flat_map(|line| line.split(' '));
        let limit = limits
            .filter_map(|limit| limit.split_once('='))
            .find(|(kind, _)| matches!(*kind, "session:*" | "session:shell" | "*" | "sess*"));
        let seconds = limit.map(|(_, limit)| match limit.strip_suffix('m') {
            Some(minutes) => minutes.parse::<i64>().unwrap() * 60,
            None => limit.parse().unwrap(),
        });
        seconds.filter(|seconds| *seconds > 0)
    }
}

/// The weakest first.
pub(super) fn strength(passwords: SshPasswords) -> u8 {
    match passwords {
        SshPasswords::Alone => 0,
        SshPasswords::Interactive => 1,
        SshPasswords::WithAnother => 2,
        SshPasswords::Refused => 3,
    }
}
