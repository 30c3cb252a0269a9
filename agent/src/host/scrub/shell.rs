//! Scripts that shells start with, written anew from what they do to the variables that are read.

use std::collections::BTreeMap;

use super::{NOT_FOLLOWED, Scrubber, lines_at};
use crate::collect::screen_lock::environment::{self, VARIABLE};
use crate::collect::session_timeout::files::{followed, is_pattern};
use crate::collect::session_timeout::shell_script::{Effect, Setting, Step, steps};

pub(super) fn script(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let mut written = match steps(&String::from_utf8_lossy(bytes)) {
        Err(unfinished) => lines_at([(unfinished.0, "if x; then".to_owned())]),
        Ok(steps) => {
            let mut lines: BTreeMap<usize, Vec<String>> = BTreeMap::new();
            let mut line = 1;
            for step in steps {
                line = line.max(step.line);
                lines.entry(line).or_default().extend(commands(scrubber, &step));
            }
            lines_at(lines.into_iter().map(|(line, commands)| (line, commands.join("; "))))
        }
    };
    if environment::mentioned(bytes) {
        let profile = environment::assigned(bytes).map(|profile| scrubber.profile(&profile));
        written.extend(format!("{VARIABLE}={}\n", profile.as_deref().unwrap_or("scrubbed")).into_bytes());
    }
    written
}

fn commands(scrubber: &mut Scrubber, step: &Step) -> Vec<String> {
    let commands = match &step.effect {
        Effect::Set(setting, read_only) => {
            let value = match setting {
                Setting::Limit(span) => (span.millis() / 1_000).to_string(),
                Setting::Off => "0".to_owned(),
                Setting::Unknown => "$X".to_owned(),
            };
            vec![format!("{}TMOUT={value}", if *read_only { "readonly " } else { "" })]
        }
        Effect::Freeze => vec!["readonly TMOUT".to_owned()],
        Effect::Unset => vec!["unset TMOUT".to_owned()],
        Effect::Unclear => vec!["eval TMOUT".to_owned()],
        Effect::Source(paths) => {
            let absolute = paths.iter().filter(|path| path.starts_with('/'));
            absolute.flat_map(|path| sourced(scrubber, path)).map(|path| format!(". {path}")).collect()
        }
    };
    let conditional = |command: String| if step.certain { command } else { format!("if x; then {command}; fi") };
    commands.into_iter().map(conditional).collect()
}

/// The files that a path of a script means.
fn sourced(scrubber: &mut Scrubber, path: &str) -> Vec<String> {
    match (followed(path), is_pattern(path)) {
        (false, _) => vec![NOT_FOLLOWED.to_owned()],
        (true, false) => vec![scrubber.names.path(path)],
        (true, true) => scrubber.pattern(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_script_does_stays() {
        let text = "# Sato\nexport TMOUT=600 # san\nif [ \"$USER\" = sato ]; then\n TMOUT=0\nfi\nreadonly TMOUT\n\
                    for f in /etc/profile.d/*.sh; do . $f; done\nunset TMOUT\nx=${TMOUT}; TMOUT=$((1+2))\nfoo TMOUT\n";
        let mut scrubber = Scrubber::of_nothing();
        let written = String::from_utf8(script(&mut scrubber, text.as_bytes())).unwrap();
        assert_eq!(steps(&written).unwrap(), steps(text).unwrap(), "{written}");
        assert!(!written.to_ascii_lowercase().contains("sa"));
        let broken = "\n\necho 'sato\n";
        assert_eq!(steps(&String::from_utf8(script(&mut scrubber, broken.as_bytes())).unwrap()), steps(broken));
    }
}
