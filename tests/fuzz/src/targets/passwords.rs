//! What is asked of passwords, and how they are kept.

use tenken_agent::collect::accounts::hash_scheme::scheme;
use tenken_agent::collect::pam::config::{Kind, Module, parse, parse_of, words};
use tenken_agent::collect::pam::control::Control;
use tenken_agent::collect::pam::stack::{STEPS_MAX, Stack, steps};
use tenken_agent::collect::pam::walk::{Answer, Outcome, ends};
use tenken_agent::collect::password_policy::pwquality::Settings;
use tenken_agent::collect::password_policy::{key_values, sshd};
use tenken_agent::collect::password_storage::{method, opasswd};
use tenken_agent::collect::ssh_daemon::sshd_config;

use super::parts;

/// The parts are files that name each other.
pub(super) fn pam(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    assert!(words(&text).iter().map(String::len).sum::<usize>() <= text.len());
    assert!(Control::parse(&text).failures().len() <= 32);
    let files: Vec<_> =
        parts(data, 4).filter_map(|part| Some(("/etc/pam.d/x".to_owned(), parse(part).ok()?.into()))).collect();
    let _one = parse_of("passwd", data);
    let Some(first) = files.first() else { return };
    for kind in [Kind::Auth, Kind::Password] {
        let found = steps::<()>(first, kind, &mut |name| Ok(files.get(name.len() % files.len()).cloned()));
        let Ok(steps) = found else { continue };
        assert!(steps.len() <= STEPS_MAX + 1);
        let stack = Stack { service: "x".to_owned(), steps };
        let outcomes = |module: &Module, state: &bool| {
            [Answer::Success, Answer::Ignore, Answer::Failure]
                .map(|answer| Outcome { answer, state: *state || module.has("nullok"), foreign: module.name.len() > 9 })
                .to_vec()
        };
        if let Ok(ends) = ends(&stack, false, &outcomes) {
            assert!(!ends.is_empty() && ends.len() <= 8);
        }
    }
}

pub(super) fn settings(data: &[u8]) {
    let mut settings = Settings::pwquality();
    let _stops = settings.read("f", data);
    let mut old = Settings::cracklib();
    for argument in String::from_utf8_lossy(data).split_whitespace() {
        settings.argument(argument, "f");
        old.cracklib_argument(argument, "f");
        let _scheme = scheme(argument);
    }
    for settings in [settings, old] {
        assert!(settings.shortest() >= 0 && settings.differs_by() >= 0);
        let _told = (settings.asks_for(), settings.max_repeat(), settings.origins());
    }
    assert!(key_values::pairs(data).iter().all(|(name, _)| name.len() <= 3 * data.len()));
    for (_, value) in key_values::pairs(data) {
        let _number = key_values::number(&value);
    }
    let lines = data.split(|byte| *byte == b'\n').count();
    assert!(opasswd::parse(data).len() <= lines);
    let _methods = (method::of_login_defs(data), method::of_login_defs_for_pam(data));
    let directives = sshd_config::parse(data).unwrap_or_default();
    let _passwords = sshd::passwords(directives.iter().map(|directive| (directive, directive.line % 2 == 0)));
}
