//! Which idle limits sshd puts in force, over its files and their `Match` blocks.
//!
//! In the global part the first value of a keyword counts. A `Match all` block holds for every session and
//! goes before the global part. Any other block holds for some sessions only: where it is looser than the
//! rest, the limit of all sessions cannot be told.

use tenken_model::fact::session_timeout::SshTimeout;
use tenken_model::{Reason, ReasonCode, Span};

use crate::collect::glob::wildcard::fits;
use crate::collect::ssh_daemon::File;
use crate::collect::ssh_daemon::flat::{flatten, refused};
use crate::collect::ssh_daemon::sshd_config::{Directive, time};

/// For whom a part of the configuration holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Global,
    Everyone,
    Some,
}

/// One keyword's values: the first of each scope, and every one that holds for some.
#[derive(Debug, Clone)]
struct Values<T> {
    global: Option<T>,
    everyone: Option<T>,
    some: Vec<T>,
}

impl<T> Default for Values<T> {
    fn default() -> Self {
        Self { global: None, everyone: None, some: Vec::new() }
    }
}

impl<T: Clone> Values<T> {
    fn add(&mut self, scope: Scope, value: T) {
        match scope {
            Scope::Global => drop(self.global.get_or_insert(value)),
            Scope::Everyone => drop(self.everyone.get_or_insert(value)),
            Scope::Some => self.some.push(value),
        }
    }

    fn in_force(&self) -> Option<T> {
        self.everyone.clone().or_else(|| self.global.clone())
    }
}

#[derive(Debug, Default)]
struct Found {
    interval: Values<Span>,
    count: Values<i64>,
    channel: Values<Span>,
}

/// The limits in force, from the directives of `file`. `include` reads the files of an argument.
pub fn limits(
    file: &str,
    directives: &[Directive],
    include: &mut dyn FnMut(&str) -> Result<Vec<File>, Reason>,
) -> Result<SshTimeout, Reason> {
    let mut found = Found::default();
    let flat = flatten(file, directives, include)?;
    for placed in &flat.directives {
        let scope = match placed.block.and_then(|block| flat.blocks.get(block)) {
            None => Scope::Global,
            Some(block) if block.everyone => Scope::Everyone,
            Some(_) => Scope::Some,
        };
        take(&placed.directive, scope, &mut found).ok_or_else(|| refused(&placed.file, &placed.directive))?;
    }
    let interval = found.interval.in_force().unwrap_or(Span::ZERO);
    let count = found.count.in_force().unwrap_or(3);
    let unresponsive = product(interval, count);
    // The loosest of all pairs is the pair of the loosest: where either is zero, there is no limit.
    let intervals = found.interval.some.iter().copied().map(set).fold(set(interval), looser);
    let counts = found.count.some.iter().copied().chain([count]);
    let most = counts.map(|count| (count > 0).then_some(count)).reduce(|one, other| Some(one?.max(other?))).flatten();
    let loosest = intervals.zip(most).and_then(|(interval, count)| product(interval, count));
    let idle_channel = found.channel.in_force().and_then(set);
    let loosest_channel = found.channel.some.iter().copied().map(set).fold(idle_channel, looser);
    if loosest != unresponsive || loosest_channel != idle_channel {
        return Err(Reason::new(
            ReasonCode::Inconclusive,
            format!("{file}: a Match block loosens the limit for some sessions"),
        ));
    }
    Ok(SshTimeout { unresponsive, idle_channel })
}

/// Interval times count; absent when either is zero, which switches the limit off.
fn product(interval: Span, count: i64) -> Option<Span> {
    (interval > Span::ZERO && count > 0).then(|| Span::from_millis(interval.millis().saturating_mul(count)))
}

/// A limit of zero is none.
fn set(limit: Span) -> Option<Span> {
    (limit > Span::ZERO).then_some(limit)
}

/// The longer limit, where absent is the longest.
fn looser(one: Option<Span>, other: Option<Span>) -> Option<Span> {
    Some(one?.max(other?))
}

/// Takes what a directive says; `None` when sshd would refuse it.
fn take(directive: &Directive, scope: Scope, found: &mut Found) -> Option<()> {
    match directive.keyword.as_str() {
        "clientaliveinterval" => found.interval.add(scope, single(directive).and_then(time)?),
        "clientalivecountmax" => {
            let count: i32 = single(directive)?.parse().ok()?;
            found.count.add(scope, i64::from(count));
        }
        "channeltimeout" => found.channel.add(scope, session_channel(&directive.arguments)?),
        _ => {}
    }
    Some(())
}

fn single(directive: &Directive) -> Option<&str> {
    match directive.arguments.as_slice() {
        [only] => Some(only.as_str()),
        _ => None,
    }
}

/// The limit `ChannelTimeout` puts on a shell's channel, zero for none; the first pattern that fits counts.
/// `None` when sshd would refuse the line.
fn session_channel(arguments: &[String]) -> Option<Span> {
    match arguments {
        [] => return None,
        [only] if only.eq_ignore_ascii_case("none") => return Some(Span::ZERO),
        _ => {}
    }
    let mut limit = None;
    for argument in arguments {
        let (pattern, text) = argument.split_once('=')?;
        let value = time(text)?;
        if limit.is_none() && fits(pattern.as_bytes(), b"session:shell") {
            limit = Some(value);
        }
    }
    Some(limit.unwrap_or(Span::ZERO))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tenken_model::ReasonCode;

    use super::*;
    use crate::collect::ssh_daemon::FILES_MAX;
    use crate::collect::ssh_daemon::sshd_config::parse;

    fn lines(text: &str) -> Vec<Directive> {
        parse(text.as_bytes()).unwrap()
    }

    fn with(text: &str, files: &[(&str, &str, &str)]) -> Result<SshTimeout, Reason> {
        limits("sshd_config", &lines(text), &mut |wanted| {
            Ok(files
                .iter()
                .filter(|(pattern, ..)| *pattern == wanted)
                .map(|(_, name, text)| ((*name).to_owned(), lines(text)))
                .collect())
        })
    }

    fn unresponsive(text: &str) -> Option<i64> {
        with(text, &[]).unwrap().unresponsive.map(|span| span.millis() / 1_000)
    }

    #[test]
    fn the_default_is_no_limit() {
        assert_eq!(with("", &[]).unwrap(), SshTimeout { unresponsive: None, idle_channel: None });
        assert_eq!(unresponsive("ClientAliveInterval 300"), Some(900));
        assert_eq!(unresponsive("ClientAliveCountMax 1"), None);
        assert_eq!(unresponsive("ClientAliveInterval 300\nClientAliveCountMax 0"), None);
        assert_eq!(unresponsive("ClientAliveInterval 300\nClientAliveCountMax -1"), None);
    }

    #[test]
    fn many_blocks_are_judged_without_looking_at_every_pair() {
        let block = |n: usize| format!("Match User u{n}\nClientAliveInterval 60\nClientAliveCountMax 2\n");
        let blocks: String = (0..6_000).map(block).collect();
        let tight = format!("ClientAliveInterval 300\n{blocks}");
        assert_eq!(unresponsive(&tight), Some(900));
        let off = with(&format!("{tight}Match User x\nClientAliveCountMax 0\n"), &[]).unwrap_err();
        assert_eq!(off.code, ReasonCode::Inconclusive);
        let loose = with(&format!("{tight}Match User x\nClientAliveInterval 301\n"), &[]).unwrap_err();
        assert_eq!(loose.code, ReasonCode::Inconclusive);
    }

    #[test]
    fn the_first_value_counts() {
        assert_eq!(unresponsive("ClientAliveInterval 1h30m\nClientAliveInterval 5"), Some(16_200));
        assert_eq!(
            unresponsive("#ClientAliveInterval 1\nclientaliveinterval = 60\nClientAliveCountMax \"2\""),
            Some(120)
        );
    }

    #[test]
    fn match_all_goes_before_the_global_part() {
        assert_eq!(unresponsive("ClientAliveInterval 300\nMatch ALL\nClientAliveInterval 77"), Some(231));
        assert_eq!(unresponsive("Match all\nClientAliveInterval 77\nMatch all\nClientAliveInterval 5"), Some(231));
        assert_eq!(
            unresponsive("ClientAliveInterval 300\nMatch User b\nX11Forwarding no\nMatch all\nClientAliveCountMax 9"),
            Some(2_700)
        );
    }

    #[test]
    fn a_block_for_some_may_tighten_but_not_loosen() {
        assert_eq!(unresponsive("ClientAliveInterval 300\nMatch User bob\nClientAliveInterval 60"), Some(900));
        assert_eq!(unresponsive("Match User bob\nClientAliveInterval 60"), None);
        for loose in
            ["ClientAliveInterval 0", "ClientAliveInterval 301", "ClientAliveCountMax 4", "ClientAliveCountMax 0"]
        {
            let reason = with(&format!("ClientAliveInterval 300\nMatch Address 10.*\n{loose}"), &[]).unwrap_err();
            assert_eq!(reason.code, ReasonCode::Inconclusive, "{loose}");
        }
        let channel = "ChannelTimeout session:*=5m\nMatch Group ops\nChannelTimeout none";
        assert_eq!(with(channel, &[]).unwrap_err().code, ReasonCode::Inconclusive);
    }

    #[test]
    fn included_files_stand_where_they_are_included() {
        let files = [
            ("d/*", "d/a", "Match User zed\nClientAliveInterval 1"),
            ("d/*", "d/b", "ClientAliveInterval 22"),
            ("e", "e", "ClientAliveCountMax 5"),
        ];
        assert_eq!(
            with("Include d/* e\nClientAliveInterval 3\nClientAliveCountMax 1", &files).unwrap().unresponsive,
            Some(Span::from_secs(110))
        );
        let reason = with("ClientAliveInterval 3\nMatch User root\nInclude d/*", &files).unwrap_err();
        assert_eq!(reason.code, ReasonCode::Inconclusive);
        let within = [("f", "f", "Match all\nClientAliveInterval 99")];
        assert_eq!(
            with("ClientAliveInterval 3\nMatch User root\nInclude f", &within).unwrap_err().code,
            ReasonCode::Inconclusive
        );
    }

    #[test]
    fn a_file_that_includes_itself_ends() {
        let reason = with("Include me", &[("me", "me", "Include me")]).unwrap_err();
        assert_eq!(reason.code, ReasonCode::Unparsable);
        let many: Vec<_> = (0..8).map(|_| ("me", "me", "Include me")).collect();
        assert!(with("Include me", &many).is_err());
        let wide: Vec<_> = (0..=FILES_MAX).map(|_| ("me", "me", "")).collect();
        assert_eq!(with("Include me", &wide).unwrap_err().code, ReasonCode::TooLarge);
    }

    #[test]
    fn what_sshd_refuses_is_unknown() {
        for bad in [
            "ClientAliveInterval #",
            "ClientAliveInterval none",
            "ClientAliveInterval 5m 3",
            "ClientAliveCountMax many",
            "ChannelTimeout #",
            "ChannelTimeout session:*",
            "ChannelTimeout session:*=x",
            "Match #",
            "Include #",
        ] {
            let reason = with(bad, &[]).unwrap_err();
            assert_eq!(reason.code, ReasonCode::Unparsable, "{bad}");
            assert!(reason.detail.starts_with("sshd_config: line 1"), "{}", reason.detail);
        }
    }

    #[test]
    fn an_unreadable_included_file_is_unknown() {
        let directives = parse(b"Include x\nClientAliveInterval 3").unwrap();
        let refused = Reason::new(ReasonCode::NotPermitted, "read x: permission denied");
        assert_eq!(limits("c", &directives, &mut |_| Err(refused.clone())), Err(refused.clone()));
    }

    #[test]
    fn the_channel_limit_of_a_shell() {
        for (text, secs) in [
            ("ChannelTimeout session:*=5m *=10m\nChannelTimeout *=1", Some(300)),
            ("ChannelTimeout x11-connection=1m *=10m", Some(600)),
            ("ChannelTimeout x11-connection=1m", None),
            ("ChannelTimeout none", None),
            ("ChannelTimeout session:shell=0 session:*=3", None),
            ("ChannelTimeout session:????l=7", Some(7)),
        ] {
            assert_eq!(with(text, &[]).unwrap().idle_channel, secs.map(Span::from_secs), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "((Match|Include|ClientAliveInterval|ClientAliveCountMax|ChannelTimeout|all|[0-9]{1,12}|[a-z*?=:]{1,6})[ \n]){0,40}") {
            if let Ok(directives) = parse(text.as_bytes()) {
                let _ = limits("c", &directives, &mut |_| Ok(vec![("i".to_owned(), Vec::new())]));
            }
        }
    }
}
