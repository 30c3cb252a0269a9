//! What a new password of a local account must meet: which modules look at it before it is set, and whether a refusal holds.
//!
//! A module that refuses a password leaves none behind. Where its line does not end the stack, whether one can be set all the
//! same is up to the module that sets it: only with `use_authtok` does it not ask for another one, which nobody would look at.
//! It also asks again after it has refused a password by itself.

use std::collections::BTreeSet;

use tenken_model::fact::password_policy::{NewPasswords, PasswordHistory, QualityModule};
use tenken_model::{Read, Reason, ReasonCode};

use super::pwquality::Settings;
use super::{FILE_MAX, key_values, module_file};
use crate::collect::Look;
use crate::collect::glob::wildcard::fits;
use crate::collect::pam::config::{Kind, Module};
use crate::collect::pam::stack::Stack;
use crate::collect::pam::walk::{Answer, End, Outcome, ends};
use crate::collect::pam::{Pam, is_known, is_unix};

/// The service by which people set passwords.
const SERVICE: &str = "passwd";
const MAIN_FILE: &str = "/etc/security/pwquality.conf";
const DROP_INS: &str = "/etc/security/pwquality.conf.d";
const DROP_INS_MAX: usize = 500;
/// How many are remembered where nothing says: pam_pwhistory(8).
const REMEMBERED: i64 = 10;
/// The most that `pam_unix` remembers.
const REMEMBERED_MAX: i64 = 400;

/// Who looked at a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Checked {
    quality: bool,
    history: bool,
}

/// The password there is on a way through the stack, and the one that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Progress {
    typed: Option<Checked>,
    set: Option<Checked>,
}

/// What new passwords must meet, and how many former ones they must not be.
pub(super) fn read(look: &Look<'_>, pam: &mut Pam<'_, '_>) -> (Read<NewPasswords>, Read<PasswordHistory>) {
    let followed = pam.stack(SERVICE, Kind::Password).and_then(|stack| Ok((remembered(look, &stack)?, stack)));
    let (remembered, stack) = match followed {
        Ok(followed) => followed,
        Err(reason) => return (Read::NotRead(reason.clone()), Read::NotRead(reason)),
    };
    let found = set_passwords(&stack, remembered.as_ref().is_some_and(|history| history.generations == 0));
    match found {
        Ok(set) => (new_passwords(look, &stack, &set).into(), history(&stack, &set, remembered).into()),
        Err(reason) => (Read::NotRead(reason.clone()), Read::NotRead(reason)),
    }
}

/// The ways on which a password is set.
fn set_passwords(stack: &Stack, keeps_no_history: bool) -> Result<BTreeSet<End<Progress>>, Reason> {
    let outcomes = |module: &Module, state: &Progress| outcomes(module, *state, keeps_no_history);
    let ends = ends(stack, Progress::default(), &outcomes)
        .map_err(|error| Reason::new(ReasonCode::TooLarge, format!("PAM's stack of {}: {error}", stack.service)))?;
    let set: BTreeSet<_> = ends.into_iter().filter(|end| end.state.set.is_some()).collect();
    if set.is_empty() {
        let detail = format!("PAM's stack of {} sets no password of a local account by pam_unix", stack.service);
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    Ok(set)
}

fn outcomes(module: &Module, state: Progress, keeps_no_history: bool) -> Vec<Outcome<Progress>> {
    let of = |answer, state| Outcome { answer, state, foreign: false };
    let may_ask = !(module.has("use_authtok") || module.has("use_first_pass"));
    let given = state.typed.or(may_ask.then(Checked::default));
    let looked_at = |mark: fn(Checked) -> Checked| {
        let mut found = vec![of(Answer::Failure, Progress { typed: None, ..state })];
        found.extend(given.map(|given| of(Answer::Success, Progress { typed: Some(mark(given)), ..state })));
        // After a refusal it may ask for another one, at which those before did not look.
        if may_ask && module.value("retry").is_some_and(|retry| retry != "1") {
            found.push(of(Answer::Success, Progress { typed: Some(mark(Checked::default())), ..state }));
        }
        found
    };
    match module.name.as_str() {
        "pam_pwquality" | "pam_cracklib" => looked_at(|given| Checked { quality: true, ..given }),
        "pam_pwhistory" if keeps_no_history => vec![of(Answer::Ignore, state)],
        "pam_pwhistory" => looked_at(|given| Checked { history: true, ..given }),
        "pam_deny" => vec![of(Answer::Failure, state)],
        // The account is a local one.
        "pam_permit" | "pam_localuser" => vec![of(Answer::Success, state)],
        name if is_unix(name) => {
            let mut found = vec![of(Answer::Failure, state)];
            found.push(of(Answer::Success, Progress { typed: given, set: given.or(state.set) }));
            let refuses =
                module.has("obscure") || ["minlen", "remember"].iter().any(|name| module.value(name).is_some());
            if may_ask && refuses {
                let asked = Some(Checked::default());
                found.push(of(Answer::Success, Progress { typed: asked, set: asked }));
            }
            found
        }
        name => {
            let of = |answer, state| Outcome { answer, state, foreign: !is_known(name) };
            let mut found = [Answer::Success, Answer::Ignore, Answer::Failure].map(|answer| of(answer, state)).to_vec();
            // It may be one that asks for the password.
            if !is_known(name) && may_ask {
                found.push(of(Answer::Success, Progress { typed: given, ..state }));
            }
            found
        }
    }
}

/// Whether every password that is set was looked at; not known where that depends on a module that is not.
fn always(stack: &Stack, set: &BTreeSet<End<Progress>>, looked: fn(Checked) -> bool) -> Result<bool, Reason> {
    let mut passed_over = set.iter().filter(|end| !end.state.set.is_some_and(looked)).peekable();
    if passed_over.peek().is_none() {
        return Ok(true);
    }
    if passed_over.any(|end| !end.foreign) {
        return Ok(false);
    }
    let foreign: BTreeSet<&str> =
        stack.modules().map(|(module, _)| module.name.as_str()).filter(|name| !is_looked_at(name)).collect();
    let foreign: Vec<&str> = foreign.into_iter().collect();
    let detail =
        format!("PAM's stack of {}: what {} asks of a password is not known", stack.service, foreign.join(", "));
    Err(Reason::new(ReasonCode::Unsupported, detail))
}

fn is_looked_at(module: &str) -> bool {
    is_known(module) || ["pam_pwquality", "pam_cracklib", "pam_pwhistory"].contains(&module)
}

fn new_passwords(look: &Look<'_>, stack: &Stack, set: &BTreeSet<End<Progress>>) -> Result<NewPasswords, Reason> {
    let unix = unix_length(stack);
    let nothing = NewPasswords {
        checked_by: None,
        min_length: unix.as_ref().map_or(0, |(length, _)| *length),
        letters: false,
        digits: false,
        signs: false,
        windows_complexity: false,
        differs_by: 0,
        dictionary: false,
        account_name: false,
        max_repeat: None,
        for_root: false,
        origins: unix.iter().map(|(length, file)| format!("minlen={length} ({file})")).collect(),
    };
    if !always(stack, set, |checked| checked.quality)? {
        return Ok(nothing);
    }
    let mut quality =
        stack.modules().filter(|(module, _)| ["pam_pwquality", "pam_cracklib"].contains(&module.name.as_str()));
    let Some((module, file)) = quality.next() else { return Ok(nothing) };
    if quality.next().is_some() {
        let detail = format!("PAM's stack of {} has more than one module that looks at passwords", stack.service);
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    let (checked_by, settings) = if module.name == "pam_cracklib" {
        let mut settings = Settings::cracklib();
        module.arguments.iter().for_each(|argument| settings.cracklib_argument(argument, file));
        (QualityModule::Cracklib, settings)
    } else {
        let mut settings = from_files(look)?;
        module.arguments.iter().for_each(|argument| settings.argument(argument, file));
        (QualityModule::Pwquality, settings)
    };
    let mut origins = settings.origins();
    origins.extend(nothing.origins.iter().cloned());
    if !settings.is_on("enforcing") {
        return Ok(NewPasswords { origins, ..nothing });
    }
    let [letters, digits, signs] = settings.asks_for();
    Ok(NewPasswords {
        checked_by: Some(checked_by),
        min_length: settings.shortest().max(nothing.min_length),
        letters,
        digits,
        signs,
        windows_complexity: false,
        differs_by: settings.differs_by(),
        dictionary: settings.is_on("dictcheck"),
        account_name: settings.is_on("usercheck"),
        max_repeat: settings.max_repeat(),
        // What pam_unix asks for itself it does not ask of root.
        for_root: settings.is_on("enforce_for_root") && settings.shortest() >= nothing.min_length,
        origins,
    })
}

/// The shortest password that every `pam_unix` of the stack takes, where one is set, and the file that sets it.
fn unix_length(stack: &Stack) -> Option<(i64, String)> {
    let lengths = stack.modules().filter(|(module, _)| is_unix(&module.name)).map(|(module, file)| {
        let length = module.value("minlen").and_then(key_values::number)?;
        Some((i64::from(length), file.to_owned()))
    });
    lengths.min_by_key(|length| length.as_ref().map(|(length, _)| *length)).flatten()
}

/// libpwquality's files: its folder in the order of names, then its main file. It stops at what it cannot read.
fn from_files(look: &Look<'_>) -> Result<Settings, Reason> {
    let mut settings = Settings::pwquality();
    let entries = look.list_if_there(DROP_INS, DROP_INS_MAX).map_err(|error| error.reason())?;
    let names = entries.into_iter().map(|entry| entry.name).filter(|name| fits(b"*.conf", name.as_bytes()));
    let paths = names.map(|name| format!("{DROP_INS}/{name}")).chain([MAIN_FILE.to_owned()]);
    for path in paths {
        let bytes = look.read_text_if_there(&path, FILE_MAX).map_err(|error| error.reason())?;
        if bytes.is_some_and(|bytes| settings.read(&path, &bytes).is_err()) {
            break;
        }
    }
    Ok(settings)
}

/// What `pam_pwhistory` remembers; nothing where the stack does not have it.
fn remembered(look: &Look<'_>, stack: &Stack) -> Result<Option<PasswordHistory>, Reason> {
    let mut modules = stack.modules().filter(|(module, _)| module.name == "pam_pwhistory");
    let Some((module, file)) = modules.next() else { return Ok(None) };
    if modules.next().is_some() {
        let detail = format!("PAM's stack of {} has pam_pwhistory more than once", stack.service);
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    let mut found =
        PasswordHistory { generations: REMEMBERED, stays_for: None, for_root: false, origin: file.to_owned() };
    if let Some((path, bytes)) = module_file(look, module.value("conf"), "pwhistory.conf")? {
        let pairs = key_values::pairs(&bytes);
        // The first line of a name counts.
        let first =
            |name: &str| pairs.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        if let Some(count) = first("remember").and_then(|value| key_values::number(value)) {
            found.generations = i64::from(count);
            found.origin = path;
        }
        found.for_root = first("enforce_for_root").is_some();
    }
    for argument in &module.arguments {
        if let Some(count) = argument.strip_prefix("remember=").and_then(key_values::number) {
            found.generations = i64::from(count);
            file.clone_into(&mut found.origin);
        }
        found.for_root |= argument == "enforce_for_root";
    }
    Ok(Some(found))
}

/// The longer of what `pam_pwhistory` and `pam_unix` remember, where a refusal holds.
fn history(
    stack: &Stack,
    set: &BTreeSet<End<Progress>>,
    remembered: Option<PasswordHistory>,
) -> Result<PasswordHistory, Reason> {
    let none = PasswordHistory { generations: 0, stays_for: None, for_root: false, origin: String::new() };
    let unix = stack.modules().filter(|(module, _)| is_unix(&module.name)).map(|(module, file)| {
        let count = module.value("remember").and_then(key_values::number).map_or(0, i64::from).min(REMEMBERED_MAX);
        let origin = if count > 0 { file.to_owned() } else { String::new() };
        PasswordHistory { generations: count, stays_for: None, for_root: false, origin }
    });
    let unix = unix.min_by_key(|history| history.generations).unwrap_or_else(|| none.clone());
    let Some(remembered) = remembered else { return Ok(unix) };
    let holds = remembered.generations > 0 && always(stack, set, |checked| checked.history)?;
    Ok(if holds && remembered.generations >= unix.generations { remembered } else { unix })
}
