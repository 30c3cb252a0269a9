//! Start-up scripts of shells, and the configuration of sshd and systemd.

use tenken_agent::collect::accounts::sshd_keys;
use tenken_agent::collect::glob::{Glob, Pattern, wildcard};
use tenken_agent::collect::session_timeout::shell_script::{Effect, steps};
use tenken_agent::collect::session_timeout::{shell_limit, shell_words, sshd_limits};
use tenken_agent::collect::ssh_daemon::sshd_config;
use tenken_agent::collect::systemd_config;

use super::parts;

pub(super) fn shell_script(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(tokens) = shell_words::split(&text) {
        assert!(tokens.len() <= text.len() + 1);
    }
    if let Ok(steps) = steps(&text) {
        let sourced: usize = steps
            .iter()
            .map(|step| match &step.effect {
                Effect::Source(paths) => paths.iter().map(String::len).sum(),
                Effect::Set(..) | Effect::Freeze | Effect::Unset | Effect::Unclear => 0,
            })
            .sum();
        assert!(sourced <= 1_000_000 + text.len());
    }
    // Every path is a file of this script again, up to the reader's own bounds.
    let files: Vec<&[u8]> = parts(data, 4).collect();
    let mut reads = 0;
    let _limit = shell_limit::limit(&["/etc/profile"], &mut |path| {
        reads += 1;
        let file = files.get(path.len() % files.len()).copied().unwrap_or_default();
        Ok(vec![(path.to_owned(), file.to_vec())])
    });
    assert!(reads <= 100_000);
}

pub(super) fn sshd_config(data: &[u8]) {
    let files: Vec<_> = parts(data, 3).map(sshd_config::parse).collect();
    if let Some(Ok(directives)) = files.first() {
        let _limits = sshd_limits::limits("/etc/ssh/sshd_config", directives, &mut |path| {
            let file = files.get(path.len() % files.len()).and_then(|file| file.clone().ok());
            Ok(vec![(path.to_owned(), file.unwrap_or_default())])
        });
        let settings = sshd_keys::settings(directives.iter().map(|directive| (directive, directive.line % 2 == 0)));
        for file in &settings.files {
            let path = sshd_keys::path(file, "sato", 1_000, "/home/sato");
            assert!(path.starts_with('/') && path.len() <= 10 * file.len() + 20);
        }
    }
    if let Some(span) = sshd_config::time(&String::from_utf8_lossy(data)) {
        assert!(span.millis() >= 0);
    }
}

pub(super) fn systemd_config(data: &[u8]) {
    let _span = systemd_config::time_span(&String::from_utf8_lossy(data));
    if let Ok(found) = systemd_config::values(data, "Login", "StopIdleSessionSec") {
        assert!(found.iter().map(String::len).sum::<usize>() <= 2 * data.len());
        let _spans: Vec<_> = found.iter().map(|value| systemd_config::time_span(value)).collect();
    }
}

/// Against the plainest way to decide the same.
pub(super) fn patterns(data: &[u8]) {
    let (pattern, text) = data.split_at(data.len() / 2);
    let fits = wildcard::fits(pattern, text);
    if data.len() <= 400 {
        assert_eq!(fits, plainly(pattern, text));
    }
    let (pattern, text) = (String::from_utf8_lossy(pattern), String::from_utf8_lossy(text));
    if let Ok(read) = Pattern::parse(&pattern) {
        let fits = read.fits_hidden_too(&text);
        assert!(fits || !read.fits(&text));
        if pattern.len() + text.len() <= 400 && !pattern.contains(['[', '\\']) {
            assert_eq!(fits, plainly(pattern.as_bytes(), text.as_bytes()));
        }
    }
    if let Ok(glob) = Glob::parse(&text) {
        let found = glob.paths(&mut |_| Err(()));
        assert!(found.is_err() || glob.path().is_some());
    }
}

fn plainly(pattern: &[u8], text: &[u8]) -> bool {
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for wanted in pattern {
        let mut next = vec![false; text.len() + 1];
        next[0] = reached[0] && *wanted == b'*';
        for at in 0..text.len() {
            next[at + 1] = match wanted {
                b'*' => reached[at + 1] || next[at],
                b'?' => reached[at],
                byte => reached[at] && *byte == text[at],
            };
        }
        reached = next;
    }
    reached[text.len()]
}
