//! The ways to sign in with a password, and what each asks besides it.

use std::collections::BTreeSet;

use tenken_model::fact::password_policy::EntryWay;
use tenken_model::{Read, Reason, ReasonCode};

use super::lockout;
use super::sshd::{Passwords, passwords};
use crate::collect::Look;
use crate::collect::pam::config::{Kind, Module};
use crate::collect::pam::stack::Stack;
use crate::collect::pam::walk::{Answer, Outcome, ends};
use crate::collect::pam::{Pam, is_known, is_unix};
use crate::collect::ssh_daemon::in_order;

/// Services by which people come in: terminals, and login screens. What stands in `gdm` no longer counts where there is
/// `gdm-password`.
const SERVICES: [&str; 10] =
    ["login", "gdm-password", "gdm", "lightdm", "sddm", "lxdm", "xdm", "greetd", "cockpit", "xrdp-sesman"];
const SSHD: &str = "sshd";
/// Where distributions put OpenSSH's server.
const SSH_SERVERS: [&str; 3] = ["/usr/sbin/sshd", "/usr/bin/sshd", "/usr/local/sbin/sshd"];

/// The ways of this host.
pub(super) fn read(look: &Look<'_>, pam: &mut Pam<'_, '_>) -> Result<Vec<EntryWay>, Reason> {
    let mut ways = Vec::new();
    for service in SERVICES {
        let is_former = service == "gdm" && pam.has("gdm-password")?;
        if !is_former && pam.has(service)? {
            ways.push(way(look, pam, service));
        }
    }
    ways.extend(ssh(look, pam)?);
    Ok(ways)
}

fn way(look: &Look<'_>, pam: &mut Pam<'_, '_>, service: &str) -> EntryWay {
    match pam.stack(service, Kind::Auth) {
        Ok(auth) => {
            let account = pam.stack(service, Kind::Account);
            EntryWay {
                service: service.to_owned(),
                second_factor: every_way_in(&auth).into(),
                empty_password: Read::Measured(lets_empty_in(&auth)),
                lockout: account.and_then(|account| lockout::read(look, &auth, &account)).into(),
            }
        }
        Err(reason) => unknown(service, &reason),
    }
}

fn unknown(service: &str, reason: &Reason) -> EntryWay {
    EntryWay {
        service: service.to_owned(),
        second_factor: Read::NotRead(reason.clone()),
        empty_password: Read::NotRead(reason.clone()),
        lockout: Read::NotRead(reason.clone()),
    }
}

/// SSH, where its server is there and takes passwords.
fn ssh(look: &Look<'_>, pam: &mut Pam<'_, '_>) -> Result<Option<EntryWay>, Reason> {
    let mut is_there = false;
    for server in SSH_SERVERS {
        is_there = is_there || look.exists(server).map_err(|error| error.reason())?;
    }
    if !is_there {
        return Ok(None);
    }
    let flat = match in_order(look) {
        Ok(flat) => flat,
        Err(reason) => return Ok(Some(unknown(SSHD, &reason))),
    };
    let found = passwords(flat.directives.iter().map(|placed| (&placed.directive, placed.block.is_some())));
    Ok(match found {
        Passwords::Refused => None,
        Passwords::AskPam => Some(way(look, pam, SSHD)),
        Passwords::WithKey => Some(EntryWay { second_factor: Read::Measured(true), ..way(look, pam, SSHD) }),
        Passwords::WithoutPam => Some(EntryWay {
            service: SSHD.to_owned(),
            second_factor: Read::Measured(false),
            empty_password: Read::Measured(false),
            lockout: Read::Measured(None),
        }),
        Passwords::Depends => {
            let why = "sshd_config: a Match block says for some sessions how passwords are taken";
            Some(unknown(SSHD, &Reason::new(ReasonCode::Inconclusive, why)))
        }
    })
}

/// What a module adds to a password: something that the person has.
fn second_factor(module: &Module) -> Option<bool> {
    let is_for_all = |lenient: &[&str]| !lenient.iter().any(|argument| module.has(argument));
    match module.name.as_str() {
        "pam_u2f" => Some(is_for_all(&["nouserok"])),
        "pam_google_authenticator" => Some(is_for_all(&["nullok"])),
        "pam_oath" | "pam_pkcs11" | "pam_p11" => Some(true),
        "pam_sss" if module.has("require_cert_auth") => Some(true),
        _ => None,
    }
}

/// Whether nobody comes in but with a second factor.
fn every_way_in(stack: &Stack) -> Result<bool, Reason> {
    let outcomes = |module: &Module, proven: &bool| {
        let of = |answer, state| Outcome { answer, state, foreign: false };
        match (second_factor(module), module.name.as_str()) {
            (Some(true), _) => vec![of(Answer::Success, true), of(Answer::Failure, *proven)],
            // Who has not set it up comes in without.
            (Some(false), _) => {
                [Answer::Success, Answer::Ignore, Answer::Failure].map(|answer| of(answer, *proven)).to_vec()
            }
            (None, "pam_deny" | "pam_rootok") => vec![of(Answer::Failure, *proven)],
            (None, "pam_permit" | "pam_localuser") => vec![of(Answer::Success, *proven)],
            (None, name) if is_unix(name) => vec![of(Answer::Success, *proven), of(Answer::Failure, *proven)],
            (None, name) => [Answer::Success, Answer::Ignore, Answer::Failure]
                .map(|answer| Outcome { answer, state: *proven, foreign: !is_known(name) })
                .to_vec(),
        }
    };
    let ends = ends(stack, false, &outcomes)
        .map_err(|error| Reason::new(ReasonCode::TooLarge, format!("PAM's stack of {}: {error}", stack.service)))?;
    let mut without = ends.iter().filter(|end| end.succeeds && !end.state).peekable();
    if without.peek().is_none() {
        return Ok(true);
    }
    if without.any(|end| !end.foreign) {
        return Ok(false);
    }
    let names: BTreeSet<&str> = stack
        .modules()
        .filter(|(module, _)| !is_known(&module.name) && second_factor(module).is_none())
        .map(|(module, _)| module.name.as_str())
        .collect();
    let names: Vec<&str> = names.into_iter().collect();
    let detail =
        format!("PAM's stack of {}: whether {} is a second factor is not known", stack.service, names.join(", "));
    Err(Reason::new(ReasonCode::Unsupported, detail))
}

/// Whether an account without a password comes in without one, as far as the module of passwords is asked.
fn lets_empty_in(stack: &Stack) -> bool {
    stack.modules().any(|(module, _)| is_unix(&module.name) && module.has("nullok"))
}
