//! The limit on wrong passwords: `pam_faillock` and, in older systems, `pam_tally2`. See faillock.conf(5), pam_tally2(8).

use tenken_model::fact::password_policy::Lockout;
use tenken_model::{Reason, Span};

use super::{key_values, module_file};
use crate::collect::Look;
use crate::collect::pam::config::Module;
use crate::collect::pam::stack::Stack;

/// The longest that `pam_faillock` takes; a longer one does not count.
const INTERVAL_MAX: u32 = 604_800;

/// The limit that a service's stacks for signing in and for accounts set; nothing where there is none.
pub(super) fn read(look: &Look<'_>, auth: &Stack, account: &Stack) -> Result<Option<Lockout>, Reason> {
    let faillock = |argument: &str| {
        let mut modules = auth.modules().filter(|(module, _)| module.name == "pam_faillock");
        modules.find(|(module, _)| module.arguments.iter().any(|given| given == argument))
    };
    let closes = faillock("preauth").is_some() || account.modules().any(|(module, _)| module.name == "pam_faillock");
    match faillock("authfail") {
        Some((counting, _)) if closes => of_faillock(look, counting),
        _ => {
            let tally = auth.modules().find(|(module, _)| ["pam_tally2", "pam_tally"].contains(&module.name.as_str()));
            Ok(tally.and_then(|(module, _)| of_tally(module)))
        }
    }
}

fn of_faillock(look: &Look<'_>, module: &Module) -> Result<Option<Lockout>, Reason> {
    let (mut attempts, mut within, mut opens) = (3, 900, 600);
    let mut set = |name: &str, value: &str| {
        let number = key_values::number(value);
        let interval = number.filter(|seconds| *seconds <= INTERVAL_MAX);
        match name {
            "deny" => attempts = number.unwrap_or(attempts),
            "fail_interval" => within = interval.unwrap_or(within),
            "unlock_time" if value == "never" => opens = 0,
            "unlock_time" => opens = interval.unwrap_or(opens),
            _ => {}
        }
    };
    if let Some((_, bytes)) = module_file(look, module.value("conf"), "faillock.conf")? {
        for (name, value) in key_values::pairs(&bytes) {
            set(&name, &value);
        }
    }
    for argument in &module.arguments {
        let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
        set(name, value);
    }
    Ok((attempts > 0).then(|| Lockout {
        attempts: i64::from(attempts),
        within: Span::from_secs(i64::from(within)),
        opens_after: (opens > 0).then(|| Span::from_secs(i64::from(opens))),
    }))
}

/// It counts from the last success on, however long that is.
fn of_tally(module: &Module) -> Option<Lockout> {
    let attempts = module.value("deny").and_then(key_values::number).filter(|attempts| *attempts > 0)?;
    let opens = module.value("unlock_time").and_then(key_values::number).filter(|seconds| *seconds > 0);
    Some(Lockout {
        attempts: i64::from(attempts),
        within: Span::from_days(36_500),
        opens_after: opens.map(|seconds| Span::from_secs(i64::from(seconds))),
    })
}
