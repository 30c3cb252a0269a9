//! What sshd has in force, as `sshd -T` would print it: outside `Match` blocks, and for those a block is for.
//!
//! The first value of a keyword counts; values of lists add up. What a `Match` block says goes before what stands outside
//! blocks, and an earlier block before a later one.

use std::collections::BTreeMap;

use tenken_model::Reason;
use tenken_model::fact::remote_access::SshRoot;

use super::flat::{Block, Flat, refused};

/// What a value must be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One of these words, in any case.
    Words(&'static [&'static str]),
    /// A number.
    Number,
    /// Words that add up over lines.
    List,
    /// Words of which the first line counts.
    Line,
    /// Names of algorithms with commas between them, of which the first line counts. Patterns stand only where algorithms are
    /// taken away.
    Algorithms,
}

const FLAG: Form = Form::Words(&["yes", "no"]);

/// A keyword whose value is told.
struct Keyword {
    name: &'static str,
    form: Form,
    /// It may stand within a `Match` block.
    in_match: bool,
}

const fn anywhere(name: &'static str, form: Form) -> Keyword {
    Keyword { name, form, in_match: true }
}

const fn outside(name: &'static str, form: Form) -> Keyword {
    Keyword { name, form, in_match: false }
}

/// The keywords that are told, in lower case. Those of other names that mean the same are in [`name_of`].
const KEYWORDS: &[Keyword] = &[
    anywhere(
        "permitrootlogin",
        Form::Words(&["yes", "no", "prohibit-password", "without-password", "forced-commands-only"]),
    ),
    anywhere("passwordauthentication", FLAG),
    anywhere("kbdinteractiveauthentication", FLAG),
    anywhere("challengeresponseauthentication", FLAG),
    anywhere("permitemptypasswords", FLAG),
    anywhere("pubkeyauthentication", FLAG),
    anywhere("hostbasedauthentication", FLAG),
    anywhere("ignorerhosts", Form::Words(&["yes", "no", "shosts-only"])),
    anywhere("authenticationmethods", Form::Line),
    anywhere("allowusers", Form::List),
    anywhere("allowgroups", Form::List),
    anywhere("denyusers", Form::List),
    anywhere("denygroups", Form::List),
    anywhere("maxauthtries", Form::Number),
    anywhere("x11forwarding", FLAG),
    anywhere("allowtcpforwarding", Form::Words(&["yes", "no", "all", "remote", "local"])),
    anywhere("gatewayports", Form::Words(&["yes", "no", "clientspecified"])),
    anywhere("permittunnel", Form::Words(&["yes", "no", "point-to-point", "ethernet"])),
    anywhere(
        "loglevel",
        Form::Words(&["silent", "quiet", "fatal", "error", "info", "verbose", "debug", "debug1", "debug2", "debug3"]),
    ),
    outside("usepam", FLAG),
    outside("port", Form::List),
    outside("listenaddress", Form::List),
    outside("ciphers", Form::Algorithms),
    outside("macs", Form::Algorithms),
    outside("kexalgorithms", Form::Algorithms),
];

/// An old name of `PubkeyAuthentication`, which unlike that may not stand within a `Match` block.
const OLD_KEYS: &str = "dsaauthentication";

/// The name under which a keyword is kept. Until OpenSSH 8.7 the questions of PAM had two switches.
fn name_of(keyword: &str, is_old: bool) -> &str {
    match keyword {
        "challengeresponseauthentication" | "skeyauthentication" if !is_old => "kbdinteractiveauthentication",
        "skeyauthentication" => "challengeresponseauthentication",
        OLD_KEYS => "pubkeyauthentication",
        other => other,
    }
}

/// The keywords that have a value, with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<&'static str, Vec<String>>);

/// A configuration by its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effective {
    outside: Values,
    blocks: Vec<(Block, Values)>,
    /// It is of OpenSSH before 8.7.
    is_old: bool,
}

impl Effective {
    /// Sorts the directives of a configuration. Fails where sshd would refuse it.
    pub fn of(flat: &Flat, is_old: bool) -> Result<Self, Reason> {
        let blocks = flat.blocks.iter().map(|block| (block.clone(), Values::default())).collect();
        let mut effective = Self { outside: Values::default(), blocks, is_old };
        for placed in &flat.directives {
            let name = name_of(&placed.directive.keyword, is_old);
            let Some(keyword) = KEYWORDS.iter().find(|keyword| keyword.name == name) else { continue };
            let arguments = placed.directive.arguments.as_slice();
            let in_match = keyword.in_match && placed.directive.keyword != OLD_KEYS;
            let values = match placed.block.and_then(|block| effective.blocks.get_mut(block)) {
                None => Some(&mut effective.outside),
                Some((_, values)) if in_match => Some(values),
                // What may stand outside blocks alone may stand in one for everybody, and counts as if it stood outside.
                Some((block, _)) => block.everyone.then_some(&mut effective.outside),
            };
            match values {
                Some(values) if is_sound(keyword, arguments) => values.add(keyword, arguments),
                _ => return Err(refused(&placed.file, &placed.directive)),
            }
        }
        Ok(effective)
    }

    /// What holds where no block for some fits.
    pub fn everybody(&self) -> Values {
        self.merged(None)
    }

    /// The blocks that are for some, each with what then holds.
    pub fn some(&self) -> impl Iterator<Item = (&Block, Values)> {
        self.blocks
            .iter()
            .enumerate()
            .filter(|(_, (block, values))| !block.everyone && !values.0.is_empty())
            .map(|(number, (block, _))| (block, self.merged(Some(number))))
    }

    fn merged(&self, number: Option<usize>) -> Values {
        let mut values = Values::default();
        for (at, (block, own)) in self.blocks.iter().enumerate() {
            if block.everyone || Some(at) == number {
                values.take(own, true);
            }
        }
        values.take(&self.outside, false);
        values
    }

    /// The questions of PAM are asked.
    pub fn asks_pam(&self, values: &Values) -> bool {
        let questions = values.flag("kbdinteractiveauthentication", !self.is_old);
        let asked = questions || self.is_old && values.flag("challengeresponseauthentication", true);
        asked && values.flag("usepam", false)
    }
}

impl Values {
    fn add(&mut self, keyword: &Keyword, arguments: &[String]) {
        match (self.0.get_mut(keyword.name), keyword.form) {
            (Some(known), Form::List) => known.extend_from_slice(arguments),
            (Some(_), _) => {}
            (None, _) => drop(self.0.insert(keyword.name, arguments.to_vec())),
        }
    }

    /// Takes what another says of keywords that have no value yet; lists of blocks add up.
    fn take(&mut self, other: &Self, lists_add_up: bool) {
        for (name, value) in &other.0 {
            let is_list =
                lists_add_up && KEYWORDS.iter().any(|keyword| keyword.name == *name && keyword.form == Form::List);
            match self.0.get_mut(name) {
                Some(known) if is_list => known.extend_from_slice(value),
                Some(_) => {}
                None => drop(self.0.insert(name, value.clone())),
            }
        }
    }

    /// The words of a keyword; none where it has no value.
    pub fn words(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// A value of one word, in lower case. Of the two names for the level at which nothing is written, one is told.
    pub fn word(&self, name: &str) -> Option<String> {
        let word = self.words(name).first()?.to_ascii_lowercase();
        Some(if word == "silent" { "quiet".to_owned() } else { word })
    }

    /// Whether a keyword is on. Whatever is not `no` lets something through.
    pub fn flag(&self, name: &str, default: bool) -> bool {
        self.word(name).map_or(default, |word| word != "no")
    }

    /// A number.
    pub fn number(&self, name: &str, default: i64) -> i64 {
        self.word(name).and_then(|word| word.parse().ok()).unwrap_or(default)
    }

    /// How root may sign in.
    pub fn root(&self) -> SshRoot {
        match self.word("permitrootlogin").as_deref() {
            Some("yes") => SshRoot::Yes,
            Some("no") => SshRoot::No,
            Some("forced-commands-only") => SshRoot::ForcedCommandsOnly,
            // The default since OpenSSH 7.0.
            _ => SshRoot::ProhibitPassword,
        }
    }

    /// Whether only named users or groups are let in. Where a user comes from names nobody.
    pub fn limits_users(&self) -> bool {
        let limits = |name, of_everybody: fn(&str) -> bool| {
            let names = self.words(name);
            !names.is_empty() && !names.iter().any(|pattern| of_everybody(pattern))
        };
        limits("allowusers", |pattern| is_anything(pattern.split('@').next().unwrap_or_default()))
            || limits("allowgroups", is_anything)
    }
}

/// Whether a pattern names nobody: it has no letter of a name.
fn is_anything(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.bytes().all(|sign| matches!(sign, b'*' | b'?'))
}

fn is_sound(keyword: &Keyword, arguments: &[String]) -> bool {
    match (keyword.form, arguments) {
        (Form::Words(words), [only]) => words.iter().any(|word| only.eq_ignore_ascii_case(word)),
        (Form::Number, [only]) => only.parse::<i32>().is_ok(),
        (Form::Algorithms, [only]) => !only.is_empty() && (only.starts_with('-') || !only.contains(['*', '?'])),
        (Form::Words(_) | Form::Number | Form::Algorithms, _) => false,
        (Form::List | Form::Line, arguments) => !arguments.is_empty(),
    }
}
