//! What a module's answer means for the stack: the second word of a line. See pam.conf(5).

/// The codes a module may answer.
pub const CODES: [&str; 32] = [
    "success",
    "open_err",
    "symbol_err",
    "service_err",
    "system_err",
    "buf_err",
    "perm_denied",
    "auth_err",
    "cred_insufficient",
    "authinfo_unavail",
    "user_unknown",
    "maxtries",
    "new_authtok_reqd",
    "acct_expired",
    "session_err",
    "cred_unavail",
    "cred_expired",
    "cred_err",
    "no_module_data",
    "conv_err",
    "authtok_err",
    "authtok_recover_err",
    "authtok_lock_busy",
    "authtok_disable_aging",
    "try_again",
    "ignore",
    "abort",
    "authtok_expired",
    "module_unknown",
    "bad_item",
    "conv_again",
    "incomplete",
];

/// What is done after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// The answer does not count.
    Ignore,
    /// It counts, and the next module is asked.
    Ok,
    /// It counts, and unless one failed before nobody else is asked.
    Done,
    /// The stack fails, after the others were asked.
    Bad,
    /// The stack fails at once.
    Die,
    /// What was answered since the stack began is forgotten.
    Reset,
    /// So many modules are passed over.
    Jump(usize),
}

/// The action for every code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    given: Vec<(&'static str, Action)>,
    otherwise: Action,
}

impl Control {
    /// Reads a word (`required`) or what stands in brackets (`success=1 default=ignore`). What libpam cannot read fails
    /// whatever the module answers.
    pub fn parse(text: &str) -> Self {
        let passes = |success: Action, ignore: Option<Action>, otherwise: Action| {
            let mut given = vec![("success", success), ("new_authtok_reqd", success)];
            given.extend(ignore.map(|action| ("ignore", action)));
            Self { given, otherwise }
        };
        match text.to_ascii_lowercase().as_str() {
            "required" => passes(Action::Ok, Some(Action::Ignore), Action::Bad),
            "requisite" => passes(Action::Ok, Some(Action::Ignore), Action::Die),
            "optional" => passes(Action::Ok, None, Action::Ignore),
            "sufficient" => passes(Action::Done, None, Action::Ignore),
            _ => brackets(text).unwrap_or(Self { given: Vec::new(), otherwise: Action::Bad }),
        }
    }

    /// The action for a code.
    pub fn action(&self, code: &str) -> Action {
        self.given.iter().find(|(given, _)| *given == code).map_or(self.otherwise, |(_, action)| *action)
    }

    /// The actions for every code of a failure, each once: neither for success, nor where a new password is due, nor for
    /// `ignore`.
    pub fn failures(&self) -> Vec<Action> {
        let mut actions: Vec<Action> = CODES
            .iter()
            .filter(|code| !["success", "new_authtok_reqd", "ignore"].contains(*code))
            .map(|code| self.action(code))
            .collect();
        actions.sort_unstable();
        actions.dedup();
        actions
    }

    /// It, as it would be written in brackets.
    pub fn written(&self) -> String {
        let word = |action: Action| match action {
            Action::Ignore => "ignore".to_owned(),
            Action::Ok => "ok".to_owned(),
            Action::Done => "done".to_owned(),
            Action::Bad => "bad".to_owned(),
            Action::Die => "die".to_owned(),
            Action::Reset => "reset".to_owned(),
            Action::Jump(count) => count.to_string(),
        };
        let given: Vec<String> = self.given.iter().map(|(code, action)| format!("{code}={}", word(*action))).collect();
        format!("[{} default={}]", given.join(" "), word(self.otherwise)).replace("[ ", "[")
    }
}

fn brackets(text: &str) -> Option<Control> {
    let mut given: Vec<(&'static str, Action)> = Vec::new();
    let mut otherwise = None;
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        // libpam takes the first code that the text begins with.
        let code = CODES.iter().chain(&["default"]).find(|code| rest.starts_with(**code)).copied()?;
        let after = rest.get(code.len()..)?.trim_start().strip_prefix('=')?.trim_start();
        let (action, behind) = action(after)?;
        if code == "default" {
            otherwise = otherwise.or(Some(action));
        } else {
            match given.iter_mut().find(|(known, _)| *known == code) {
                Some((_, before)) => *before = action,
                None => given.push((code, action)),
            }
        }
        rest = behind.trim_start();
    }
    Some(Control { given, otherwise: otherwise.unwrap_or(Action::Bad) })
}

fn action(text: &str) -> Option<(Action, &str)> {
    const WORDS: [(&str, Action); 6] = [
        ("ignore", Action::Ignore),
        ("ok", Action::Ok),
        ("done", Action::Done),
        ("bad", Action::Bad),
        ("die", Action::Die),
        ("reset", Action::Reset),
    ];
    for (word, action) in WORDS {
        if let Some(behind) = text.strip_prefix(word) {
            return Some((action, behind));
        }
    }
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, behind) = text.split_at(digits);
    let count = number.parse::<usize>().ok().filter(|count| (1..10_000).contains(count))?;
    Some((Action::Jump(count), behind))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_what_the_manual_says_they_are() {
        for (word, success, ignore, failures) in [
            ("required", Action::Ok, Action::Ignore, Action::Bad),
            ("Requisite", Action::Ok, Action::Ignore, Action::Die),
            ("optional", Action::Ok, Action::Ignore, Action::Ignore),
            ("sufficient", Action::Done, Action::Ignore, Action::Ignore),
        ] {
            let control = Control::parse(word);
            assert_eq!(control.action("success"), success, "{word}");
            assert_eq!(control.action("ignore"), ignore, "{word}");
            assert_eq!(control.action("authtok_err"), failures, "{word}");
        }
    }

    #[test]
    fn values_and_actions() {
        let control =
            Control::parse("success=2 new_authtok_reqd = ok default=ignore maxtries=die default=bad success=1");
        assert_eq!(control.action("success"), Action::Jump(1));
        assert_eq!(control.action("new_authtok_reqd"), Action::Ok);
        assert_eq!(control.action("maxtries"), Action::Die);
        assert_eq!(control.action("auth_err"), Action::Ignore, "the first default is the one");
        assert_eq!(control.failures(), [Action::Ignore, Action::Die]);
        assert_eq!(Control::parse("success=ok").action("ignore"), Action::Bad, "what is not given fails");
    }

    #[test]
    fn what_libpam_cannot_read_fails() {
        for bad in ["needed", "success", "success=", "success=0", "success=-1", "sucess=ok", "success=ok,x", "=ok"] {
            assert_eq!(Control::parse(bad).action("success"), Action::Bad, "{bad}");
            assert_eq!(Control::parse(bad).failures(), [Action::Bad], "{bad}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["required", "optional", "success=1 default=ignore", "default=die", "nonsense"] {
            let control = Control::parse(text);
            let written = control.written();
            let inner = written.trim_start_matches('[').trim_end_matches(']');
            assert_eq!(Control::parse(inner), control, "{text}: {written}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,60}", words in "(success|default|auth_err|=| |ok|die|[0-9]){0,20}") {
            let _ = (Control::parse(&text).failures(), Control::parse(&words).written());
        }
    }
}
