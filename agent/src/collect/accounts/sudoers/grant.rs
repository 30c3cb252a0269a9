//! Whether sudoers makes an account an administrator: whether it lets it run anything it likes as root.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{AliasKind, Command, HostGrant, Member, Statement};
use crate::collect::glob::wildcard::fits;

/// How deep aliases may stand for aliases.
const ALIAS_DEPTH_MAX: u8 = 16;
/// How many members of lists are looked at for one account; a sudoers file that needs more is not decided.
const STEPS_MAX: u32 = 200_000;
/// Longer words than any name or path take more than one step.
const BYTES_PER_STEP: usize = 4_096;

/// Programs that run what they are told, or show or change who may do what: whoever may run one of them as root with
/// arguments of his own is an administrator.
const ROOT_GIVING: [&str; 16] = [
    "chroot",
    "env",
    "nsenter",
    "passwd",
    "pkexec",
    "run0",
    "runuser",
    "setpriv",
    "su",
    "sudo",
    "sudoedit",
    "systemd-run",
    "unshare",
    "usermod",
    "vipw",
    "visudo",
];

/// The account that asks.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its number.
    pub uid: u32,
    /// Every group it is in.
    pub groups: &'a [(u32, String)],
}

/// What the rules are judged on besides the account.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// This host's names; empty when they are not known.
    pub host_names: &'a [String],
    /// Programs that are shells.
    pub shells: &'a [String],
}

/// What the rules give an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// The members of the rules' user lists by which it may run anything as root, each once.
    pub by: Vec<String>,
    /// Why a rule that would do so cannot be decided.
    pub undecided: Option<String>,
}

/// All statements in the order sudo reads them.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    aliases: BTreeMap<(AliasKind, String), Vec<Member>>,
    lists: Vec<(Vec<Member>, Vec<HostGrant>)>,
    not_understood: usize,
}

/// Whether a list means somebody or something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// It does.
    Yes,
    /// It excludes it.
    Excluded,
    /// It says nothing of it.
    No,
    /// Only another service could tell.
    Undecided,
}

impl Rules {
    /// From the statements of every file, includes resolved.
    pub fn of(statements: Vec<Statement>) -> Self {
        let mut rules = Self::default();
        for statement in statements {
            match statement {
                Statement::Alias { kind, name, members } => {
                    rules.aliases.entry((kind, name)).or_insert(members);
                }
                Statement::Rule { users, grants } => rules.lists.push((users, grants)),
                Statement::NotUnderstood(_) => rules.not_understood += 1,
                Statement::Include(_) | Statement::IncludeFolder(_) => {}
            }
        }
        rules
    }

    /// What the rules give that account on that host.
    pub fn given(&self, subject: &Subject<'_>, place: &Place<'_>) -> Given {
        let judge = Judge { aliases: &self.aliases, place, steps: Cell::new(0) };
        let mut given = Given::default();
        for (users, grants) in &self.lists {
            let (user, by) = judge.user(users, subject);
            if matches!(user, Fit::Yes | Fit::Undecided) {
                for grant in grants {
                    judge.grant(grant, user, &by, &mut given);
                }
            }
        }
        if given.by.is_empty() && self.not_understood > 0 {
            given.undecided.get_or_insert(format!("{} lines of sudoers are not understood", self.not_understood));
        }
        given
    }
}

/// The judging of one account, with its bound.
struct Judge<'a> {
    aliases: &'a BTreeMap<(AliasKind, String), Vec<Member>>,
    place: &'a Place<'a>,
    steps: Cell<u32>,
}

impl Judge<'_> {
    /// Adds what one part of a rule gives.
    fn grant(&self, grant: &HostGrant, user: Fit, by: &str, given: &mut Given) {
        let host = self.list(AliasKind::Host, &grant.hosts, 0, &|word| host(word, self.place.host_names));
        if matches!(host, Fit::No | Fit::Excluded) {
            return;
        }
        let certain = user == Fit::Yes && host == Fit::Yes;
        match self.everything(&grant.commands) {
            Some(true) if !certain => {
                given.undecided = Some(format!("a sudoers rule for {by} cannot be decided on this host alone"));
            }
            Some(true) if !given.by.iter().any(|known| known == by) => given.by.push(by.to_owned()),
            Some(false) if certain => *given = Given::default(),
            Some(_) | None => {}
        }
    }

    /// Whether the list means the account, and the member by which it does.
    fn user(&self, users: &[Member], subject: &Subject<'_>) -> (Fit, String) {
        for member in users.iter().rev() {
            let fit = self.list(AliasKind::User, std::slice::from_ref(member), 0, &|word| user(word, subject));
            if fit != Fit::No {
                return (fit, member.word.clone());
            }
        }
        (Fit::No, String::new())
    }

    /// Whether a list means what `fits` knows; its last member that says anything decides.
    fn list(&self, kind: AliasKind, members: &[Member], depth: u8, fits: &dyn Fn(&str) -> Fit) -> Fit {
        for member in members.iter().rev() {
            if self.exhausted(&member.word) {
                return Fit::Undecided;
            }
            let alias = self.aliases.get(&(kind, member.word.clone())).filter(|_| depth < ALIAS_DEPTH_MAX);
            let fit = match alias {
                Some(members) => self.list(kind, members, depth + 1, fits),
                None => fits(&member.word),
            };
            match (fit, member.negated) {
                (Fit::No, _) => {}
                (Fit::Yes, true) => return Fit::Excluded,
                (Fit::Excluded, true) => return Fit::Yes,
                (fit, _) => return fit,
            }
        }
        Fit::No
    }

    /// Whether the commands permit everything as root, or forbid everything again; `None` if neither.
    fn everything(&self, commands: &[Command]) -> Option<bool> {
        let mut everything = None;
        for Command { run_as, command } in commands {
            let root = match run_as {
                None => Fit::Yes,
                Some(users) => self.list(AliasKind::Runas, users, 0, &run_as_root),
            };
            if matches!(root, Fit::Yes | Fit::Undecided) {
                everything = self.command(command, 0).or(everything);
            }
        }
        everything
    }

    fn command(&self, command: &Member, depth: u8) -> Option<bool> {
        if self.exhausted(&command.word) {
            return Some(true);
        }
        let alias = self.aliases.get(&(AliasKind::Command, command.word.clone())).filter(|_| depth < ALIAS_DEPTH_MAX);
        let everything = match alias {
            Some(members) if command.negated => members.iter().any(|member| !member.negated && member.word == "ALL"),
            Some(members) => members.iter().rev().find_map(|member| self.command(member, depth + 1)).unwrap_or(false),
            // Forbidding a command beside `ALL` forbids nothing: there are other ways to run it.
            None if command.negated => command.word == "ALL",
            None => gives_everything(&command.word, self.place.shells),
        };
        everything.then_some(!command.negated)
    }

    /// Counts the steps that looking at a word takes; whether there were too many.
    fn exhausted(&self, word: &str) -> bool {
        let steps = u32::try_from(word.len() / BYTES_PER_STEP).unwrap_or(u32::MAX).saturating_add(1);
        self.steps.set(self.steps.get().saturating_add(steps));
        self.steps.get() > STEPS_MAX
    }
}

/// Whether a member of a user list means the account.
fn user(word: &str, subject: &Subject<'_>) -> Fit {
    let in_group = |wanted: &dyn Fn(&(u32, String)) -> bool| subject.groups.iter().any(wanted);
    let fit = match (word.strip_prefix('%'), word.strip_prefix('#')) {
        (Some(group), _) if group.starts_with(':') => return Fit::Undecided,
        (Some(group), _) => match group.strip_prefix('#').and_then(|gid| gid.parse::<u32>().ok()) {
            Some(gid) => in_group(&|(number, _)| *number == gid),
            None => in_group(&|(_, name)| name == group),
        },
        (None, Some(uid)) => uid.parse() == Ok(subject.uid),
        (None, None) if word.starts_with('+') => return Fit::Undecided,
        (None, None) => word == "ALL" || word.eq_ignore_ascii_case(subject.name),
    };
    if fit { Fit::Yes } else { Fit::No }
}

/// Whether a member of a host list means this host. Addresses and netgroups are not looked up.
fn host(word: &str, names: &[String]) -> Fit {
    if word == "ALL" {
        return Fit::Yes;
    }
    let address = word.split('/').next().is_some_and(|part| part.parse::<IpAddr>().is_ok());
    if names.is_empty() || word.starts_with('+') || address {
        return Fit::Undecided;
    }
    let word = word.to_ascii_lowercase();
    let means = |name: &String| {
        let name = name.to_ascii_lowercase();
        let short = name.split('.').next().unwrap_or_default();
        fits(word.as_bytes(), name.as_bytes()) || fits(word.as_bytes(), short.as_bytes())
    };
    if names.iter().any(means) { Fit::Yes } else { Fit::No }
}

/// Whether a member of a list of accounts to run as means root.
fn run_as_root(word: &str) -> Fit {
    match word {
        "ALL" | "root" | "#0" | "%root" | "%#0" => Fit::Yes,
        word if word.starts_with(['+', '%']) => Fit::Undecided,
        _ => Fit::No,
    }
}

/// Whether a command lets anything be run: every command, a folder or pattern of them, a shell, or a program that runs
/// others, unless its arguments are fixed.
fn gives_everything(command: &str, shells: &[String]) -> bool {
    let (path, arguments) = command.split_once(' ').unwrap_or((command, ""));
    if command == "ALL" || path.ends_with('/') || path.starts_with('^') || path.contains(['*', '?', '[']) {
        return true;
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    let free = arguments.is_empty() || arguments.contains('*');
    match name {
        "su" => free || arguments.split(' ').all(|word| word == "root" || word.starts_with('-')),
        _ => free && (ROOT_GIVING.contains(&name) || shells.iter().any(|shell| shell == path)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::parse;
    use super::*;

    fn given_to(text: &str, name: &str, uid: u32, groups: &[(u32, &str)]) -> Given {
        let groups: Vec<_> = groups.iter().map(|(gid, name)| (*gid, (*name).to_owned())).collect();
        let subject = Subject { name, uid, groups: &groups };
        let names = ["sv1.clinic.example".to_owned()];
        let place = Place { host_names: &names, shells: &["/bin/bash".to_owned()] };
        Rules::of(parse(text.as_bytes())).given(&subject, &place)
    }

    fn hanako(text: &str) -> Given {
        given_to(text, "hanako", 1000, &[(1000, "hanako"), (27, "sudo")])
    }

    #[track_caller]
    fn yes(text: &str, by: &[&str]) {
        assert_eq!(
            hanako(text),
            Given { by: by.iter().map(|by| (*by).to_owned()).collect(), undecided: None },
            "{text}"
        );
    }

    #[track_caller]
    fn no(text: &str) {
        yes(text, &[]);
    }

    #[test]
    fn by_name_number_group_and_alias() {
        yes("%sudo ALL=(ALL:ALL) ALL", &["%sudo"]);
        yes("hanako ALL=ALL\nHANAKO ALL=ALL\nhanako ALL=ALL", &["hanako", "HANAKO"]);
        yes("#1000 ALL=(root) NOPASSWD: ALL\n%#27 ALL=(#0) ALL", &["#1000", "%#27"]);
        yes("User_Alias A = B\nUser_Alias B = %sudo, taro\nA ALL=ALL", &["A"]);
        yes("ALL ALL=ALL", &["ALL"]);
        no("%sudoers ALL=ALL\ntaro ALL=ALL\n#1001 ALL=ALL\n%#28 ALL=ALL");
        no("");
    }

    #[test]
    fn the_last_word_on_a_user_counts() {
        no("%sudo, !hanako ALL=ALL");
        yes("!hanako, %sudo ALL=ALL", &["%sudo"]);
        no("User_Alias A = %sudo, !hanako\nA ALL=ALL");
        yes("User_Alias A = ALL, !hanako\n!A ALL=ALL", &["A"]);
        no("%sudo ALL=ALL\nhanako ALL=!ALL");
        yes("hanako ALL=!ALL\n%sudo ALL=ALL", &["%sudo"]);
    }

    #[test]
    fn as_root_or_as_somebody_else() {
        no("hanako ALL=(postgres) ALL");
        no("hanako ALL=(:adm) ALL");
        no("hanako ALL=(ALL, !root) ALL");
        yes("Runas_Alias R = postgres, root\nhanako ALL=(R) ALL", &["hanako"]);
        no("hanako ALL=(postgres) /bin/x, ALL");
        yes("hanako ALL=(postgres) /bin/x, (root) ALL", &["hanako"]);
        yes("hanako ALL=(%wheel) ALL", &["hanako"]);
    }

    #[test]
    fn some_commands_are_every_command() {
        for all in [
            "ALL",
            "NOPASSWD: ALL",
            "/bin/bash",
            "/bin/bash \"\"",
            "/usr/bin/",
            "/opt/*/run",
            "^/bin/.*$",
            "/bin/su",
            "/bin/su -",
            "/bin/su - root",
            "/usr/bin/env",
            "/bin/passwd [A-Za-z]*",
            "sudoedit",
            "ALL, !/bin/su",
            "/bin/ls, /bin/su *",
        ] {
            yes(&format!("hanako ALL={all}"), &["hanako"]);
        }
        for some in [
            "/usr/bin/systemctl restart nginx",
            "/bin/su - postgres",
            "/bin/bash /opt/backup.sh",
            "/bin/sh2",
            "!/bin/bash",
            "sudoedit /etc/motd",
            "/usr/bin/apt update",
            "!ALL",
            "ALL, !ALL",
        ] {
            no(&format!("hanako ALL={some}"));
        }
        yes("Cmnd_Alias S = /bin/ls, /bin/bash\nhanako ALL=S", &["hanako"]);
        no("Cmnd_Alias S = /bin/ls\nhanako ALL=S");
        yes("Cmnd_Alias S = /bin/bash, /bin/su\nhanako ALL=ALL, !S", &["hanako"]);
        no("Cmnd_Alias S = ALL\nhanako ALL=ALL, !S");
    }

    #[test]
    fn on_this_host_or_another() {
        yes("hanako sv1=ALL", &["hanako"]);
        yes("hanako SV1.clinic.example=ALL", &["hanako"]);
        yes("hanako sv*=ALL", &["hanako"]);
        yes("Host_Alias WEB = sv1, sv2\nhanako WEB=ALL", &["hanako"]);
        no("hanako sv2=ALL");
        no("hanako ALL, !sv1=ALL");
        assert!(hanako("hanako 192.0.2.0/24=ALL").undecided.is_some());
        assert!(hanako("hanako +servers=ALL").undecided.is_some());
    }

    #[test]
    fn what_a_directory_would_tell_is_undecided() {
        for text in ["+admins ALL=ALL", "%:admins ALL=ALL", "\"%:domain admins\" ALL=ALL"] {
            let given = hanako(text);
            assert!(given.by.is_empty() && given.undecided.is_some(), "{text}");
        }
        no("+operators ALL=/usr/bin/systemctl restart nginx");
        let given = hanako("%sudo ALL=ALL\n\"broken");
        assert_eq!(given, Given { by: vec!["%sudo".to_owned()], undecided: None });
        assert_eq!(hanako("\"broken").undecided.as_deref(), Some("1 lines of sudoers are not understood"));
    }

    #[test]
    fn aliases_that_name_themselves_end() {
        no("User_Alias A = A\nA ALL=ALL");
        no("User_Alias A = B : B = A\nA ALL=ALL");
        no("Cmnd_Alias C = C\nhanako ALL=C");
    }

    #[test]
    fn aliases_that_multiply_are_given_up() {
        use std::fmt::Write;
        let mut text = "X ALL=ALL\n".replace('X', "A0");
        for n in 0..15 {
            writeln!(text, "User_Alias A{n} = {}", vec![format!("A{}", n + 1); 20].join(",")).unwrap();
        }
        assert!(hanako(&text).undecided.is_some());
    }

    #[test]
    fn long_words_that_multiply_are_given_up_as_soon() {
        use std::fmt::Write;
        let mut text = "ALL A0=ALL\n".to_owned();
        for n in 0..4 {
            writeln!(text, "Host_Alias A{n} = {}", vec![format!("A{}", n + 1); 30].join(",")).unwrap();
        }
        writeln!(text, "Host_Alias A4 = {}", "x".repeat(1 << 20)).unwrap();
        assert!(hanako(&text).undecided.is_some());
    }

    proptest! {
        #[test]
        fn never_panics(text in "(A|B|User_Alias |Cmnd_Alias |hanako|ALL|%sudo|/bin/bash|[ =,:!()\n]){0,60}") {
            let _ = hanako(&text);
        }
    }
}
