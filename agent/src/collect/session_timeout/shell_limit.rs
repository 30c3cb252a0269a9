//! The idle limit of login shells, over the files they start with.

use std::collections::BTreeSet;

use tenken_model::fact::session_timeout::ShellTimeout;
use tenken_model::{Reason, ReasonCode, Span};

use super::shell_script::{Effect, Setting, Step, steps};

/// How deep files may source files.
const DEPTH_MAX: usize = 10;

/// The most files that are followed.
const FILES_MAX: usize = 512;

/// The files of a path or pattern with their names, in the shell's order; empty when there is none.
pub type Sourced = Vec<(String, Vec<u8>)>;

/// What a login shell's idle limit is after it has read `roots` in their order. `read` gives the files of a
/// path.
///
/// The last setting counts, the first once it is read-only. A file that bash could not read either has no
/// effect; where this reader is at its limits the result is a reason.
pub fn limit(
    roots: &[&str],
    read: &mut dyn FnMut(&str) -> Result<Sourced, Reason>,
) -> Result<Option<ShellTimeout>, Reason> {
    let mut state = State::default();
    for root in roots {
        state.source(root, true, 0, read)?;
    }
    match state.doubt {
        Some(doubt) => Err(Reason::new(ReasonCode::Inconclusive, doubt.why)),
        None => Ok(state.value.map(|(limit, origin)| ShellTimeout { limit, read_only: state.read_only, origin })),
    }
}

/// Why the value is not known.
struct Doubt {
    why: String,
    /// It may have been made read-only, so that no later setting removes the doubt.
    lasting: bool,
}

#[derive(Default)]
struct State {
    value: Option<(Span, String)>,
    read_only: bool,
    doubt: Option<Doubt>,
    seen: BTreeSet<String>,
}

impl State {
    fn source(
        &mut self,
        path: &str,
        certain: bool,
        depth: usize,
        read: &mut dyn FnMut(&str) -> Result<Sourced, Reason>,
    ) -> Result<(), Reason> {
        for (name, bytes) in read(path)? {
            if !self.seen.insert(name.clone()) {
                continue;
            }
            if depth >= DEPTH_MAX || self.seen.len() > FILES_MAX {
                let detail = format!("{name}: too many files are sourced, or too deep");
                return Err(Reason::new(ReasonCode::TooLarge, detail));
            }
            // Scripts may hold other encodings in comments and strings.
            match steps(&String::from_utf8_lossy(&bytes)) {
                Ok(steps) => {
                    for step in steps {
                        self.step(&name, step, certain, depth, read)?;
                    }
                }
                Err(error) => self.doubt(format!("{name}: {error}, so that it cannot be followed"), true),
            }
        }
        Ok(())
    }

    fn step(
        &mut self,
        file: &str,
        step: Step,
        outer: bool,
        depth: usize,
        read: &mut dyn FnMut(&str) -> Result<Sourced, Reason>,
    ) -> Result<(), Reason> {
        let certain = outer && step.certain;
        let why = |what: &str| format!("{file}: line {} {what}", step.line);
        match step.effect {
            Effect::Source(paths) => {
                for path in paths.iter().filter(|path| path.starts_with('/')) {
                    self.source(path, certain, depth + 1, read)?;
                }
            }
            _ if self.read_only => {}
            Effect::Set(_, read_only) if !certain => self.doubt(why("may or may not set TMOUT"), read_only),
            Effect::Set(setting, read_only) => {
                match setting {
                    Setting::Unknown => self.doubt(why("sets TMOUT to an expression"), false),
                    Setting::Off => self.settle(None),
                    Setting::Limit(span) => self.settle(Some((span, file.to_owned()))),
                }
                self.read_only = read_only;
            }
            Effect::Freeze if certain => self.read_only = true,
            Effect::Unset if certain => self.settle(None),
            Effect::Freeze => self.doubt(why("may or may not make TMOUT read-only"), true),
            Effect::Unset => self.doubt(why("may or may not unset TMOUT"), false),
            Effect::Unclear => self.doubt(why("does something to TMOUT that is not understood"), true),
        }
        Ok(())
    }

    fn settle(&mut self, value: Option<(Span, String)>) {
        self.value = value;
        if self.doubt.as_ref().is_some_and(|doubt| !doubt.lasting) {
            self.doubt = None;
        }
    }

    fn doubt(&mut self, why: String, lasting: bool) {
        match &mut self.doubt {
            Some(doubt) => doubt.lasting |= lasting,
            None if self.read_only => {}
            None => self.doubt = Some(Doubt { why, lasting }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Files<'a> = &'a [(&'a str, &'a str)];

    fn with(files: Files<'_>) -> Result<Option<(i64, bool, String)>, Reason> {
        let mut read = |path: &str| -> Result<Sourced, Reason> {
            let found = files.iter().filter(|(name, _)| match path.strip_suffix("*.sh") {
                Some(folder) => name.starts_with(folder),
                None => *name == path,
            });
            Ok(found.map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect())
        };
        let limit = limit(&["/etc/environment", "/etc/profile"], &mut read)?;
        Ok(limit.map(|limit| (limit.limit.millis() / 1_000, limit.read_only, limit.origin)))
    }

    fn of_profile(text: &str) -> Result<Option<(i64, bool)>, ReasonCode> {
        with(&[("/etc/profile", text)]).map(|found| found.map(|(secs, ro, _)| (secs, ro))).map_err(|reason| reason.code)
    }

    #[test]
    fn nothing_sets_it() {
        assert_eq!(with(&[]), Ok(None));
        assert_eq!(of_profile("PATH=/bin; export PATH"), Ok(None));
    }

    #[test]
    fn the_last_setting_counts_and_the_first_read_only_one() {
        assert_eq!(of_profile("TMOUT=1\nTMOUT=2"), Ok(Some((2, false))));
        assert_eq!(of_profile("TMOUT=1; unset TMOUT"), Ok(None));
        assert_eq!(of_profile("TMOUT=1; TMOUT=0"), Ok(None));
        assert_eq!(of_profile("readonly TMOUT=900; TMOUT=2; unset TMOUT; eval TMOUT=3"), Ok(Some((900, true))));
        assert_eq!(of_profile("TMOUT=900; readonly TMOUT; [ a ] && TMOUT=2"), Ok(Some((900, true))));
        assert_eq!(of_profile("readonly TMOUT; TMOUT=900"), Ok(None));
        assert_eq!(of_profile("readonly TMOUT=0; TMOUT=900"), Ok(None));
    }

    #[test]
    fn what_is_uncertain_is_unknown() {
        for text in [
            "[ a ] && TMOUT=900",
            "TMOUT=900; [ a ] && unset TMOUT",
            "TMOUT=900; [ a ] && readonly TMOUT",
            "TMOUT=$X",
            "readonly TMOUT=$X; TMOUT=900",
            "TMOUT=$X; readonly TMOUT; TMOUT=5",
            "[ a ] && readonly TMOUT=9; readonly TMOUT=900",
            "eval TMOUT=1; TMOUT=900",
            "TMOUT=900; if a",
        ] {
            assert_eq!(of_profile(text), Err(ReasonCode::Inconclusive), "{text}");
        }
        // A later certain setting removes a doubt that cannot last.
        assert_eq!(of_profile("[ a ] && TMOUT=9; readonly TMOUT=900"), Ok(Some((900, true))));
        assert_eq!(of_profile("TMOUT=$X; TMOUT=0"), Ok(None));
    }

    #[test]
    fn debian_reads_the_folder_behind_its_profile() {
        let profile = include_str!("../../../tests/samples/session_timeout/profile");
        let bashrc = include_str!("../../../tests/samples/session_timeout/bash.bashrc");
        let found = with(&[
            ("/etc/profile", profile),
            ("/etc/bash.bashrc", bashrc),
            ("/etc/profile.d/a.sh", "TMOUT=60"),
            ("/etc/profile.d/tmout.sh", "readonly TMOUT=900; export TMOUT"),
            ("/etc/profile.d/z.sh", "TMOUT=1"),
        ]);
        assert_eq!(found, Ok(Some((900, true, "/etc/profile.d/tmout.sh".to_owned()))));
        assert_eq!(with(&[("/etc/profile", "a"), ("/etc/profile.d/tmout.sh", "TMOUT=900")]), Ok(None));
    }

    #[test]
    fn the_environment_comes_first() {
        let origin = "/etc/environment".to_owned();
        assert_eq!(with(&[("/etc/environment", "TMOUT=\"300\"\n")]), Ok(Some((300, false, origin))));
        let both = with(&[("/etc/environment", "TMOUT=300"), ("/etc/profile", "TMOUT=60")]);
        assert_eq!(both, Ok(Some((60, false, "/etc/profile".to_owned()))));
    }

    #[test]
    fn a_sourced_file_is_as_certain_as_its_sourcing() {
        let a = ("/etc/a", "readonly TMOUT=900");
        assert!(with(&[("/etc/profile", "[ -r /etc/a ] && . /etc/a"), a]).is_ok_and(|found| found.is_some()));
        assert!(with(&[("/etc/profile", "[ $USER = bob ] && . /etc/a"), a]).is_err());
    }

    #[test]
    fn files_that_source_each_other_end() {
        let found = with(&[("/etc/profile", ". /etc/a; TMOUT=9"), ("/etc/a", ". /etc/profile; . /etc/a")]);
        assert_eq!(found.map(|found| found.map(|(secs, ..)| secs)), Ok(Some(9)));
    }

    #[test]
    fn other_encodings_and_unreadable_files() {
        let mut read = |path: &str| Ok(vec![(path.to_owned(), b"# \xb5\xf3\nTMOUT=900".to_vec())]);
        assert!(limit(&["/etc/profile"], &mut read).is_ok_and(|found| found.is_some()));
        let refused = Reason::new(ReasonCode::NotPermitted, "read /etc/profile: permission denied");
        assert_eq!(limit(&["/etc/profile"], &mut |_| Err(refused.clone())), Err(refused.clone()));
    }
}
