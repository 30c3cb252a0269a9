//! What the interfaces of Windows answered, without personal data.
//!
//! Names of keys and values that collectors ask for stay, as do numbers and words of closed lists. Every other text has a
//! stand-in, the same everywhere in one recording; SIDs and GUIDs have others of their kind.

mod certificates;
mod descriptors;
mod documents;
mod exclusions;
mod identifiers;
mod numbers;
mod objects;
mod programs;
mod records;
mod registry;
mod texts;
mod wireless;
mod words;

use std::path::{Path, PathBuf};

use self::identifiers::Identifiers;
use super::Scrubber;
use crate::host::recorded::{Bytes, Recording, WindowsRecording};
use crate::host::windows_api::{
    AccountPolicy, AuditSetting, DomainAccounts, DomainGroup, EventQuery, JoinKind, LocalAccount, LocalGroup,
    LocalMember, Membership, Service, Sid, WindowsSession,
};

/// The folder of Windows' own programs.
const SYSTEM_FOLDER: &str = r"C:\Windows\System32\";

/// The path of a program of that name, of which only stays whether it is in the folder of Windows' own.
pub(super) fn program_path(path: &str, name: &str) -> String {
    let begins = path.get(..SYSTEM_FOLDER.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(SYSTEM_FOLDER));
    let is_own = begins && path.get(SYSTEM_FOLDER.len()..).is_some_and(|rest| !rest.contains('\\'));
    format!("{}{name}", if is_own { SYSTEM_FOLDER } else { r"C:\other\" })
}

/// What stands for what on this host, beside names and addresses.
#[derive(Debug, Default)]
pub(super) struct Stands {
    identifiers: Identifiers,
}

/// What the interfaces answered, written anew.
pub(super) fn scrub(scrubber: &mut Scrubber, recording: &Recording) -> WindowsRecording {
    let windows = &recording.windows;
    let mut stands = std::mem::take(&mut scrubber.windows);
    let mut result = WindowsRecording::default();
    for (path, answer) in &windows.registry {
        let stand_in = registry::path(scrubber, &mut stands, path);
        let key = scrubber.answer(answer, &format!("read {stand_in}"), |scrubber, key| {
            registry::key(scrubber, &mut stands, path, key)
        });
        result.registry.insert(stand_in, key);
    }
    result.services = windows.services.as_ref().map(|answer| {
        scrubber.answer(answer, "list services", |scrubber, services| {
            let one = |service: &Service| Service { name: texts::word(scrubber, &service.name), ..service.clone() };
            services.iter().map(one).collect()
        })
    });
    for (question, answer) in &windows.wmi {
        let stand_in = objects::question(&mut stands, question);
        let rows = scrubber.answer(answer, &format!("ask WMI for {stand_in}"), |scrubber, rows| {
            rows.iter().map(|row| objects::row(scrubber, &mut stands, question, row)).collect()
        });
        result.wmi.insert(stand_in, rows);
    }
    // What no collector asks for has no answer that any would read.
    for (query, answer) in windows.events.iter().filter(|(query, _)| is_asked(query)) {
        let page = scrubber.answer(answer, &format!("read events of {}", query.channel), |scrubber, page| {
            records::page(scrubber, &mut stands, page)
        });
        let mut stand_ins = |sids: &[Sid]| sids.iter().map(|sid| stands.identifiers.sid(sid)).collect();
        let (accounts, but_of, but_by) =
            (stand_ins(&query.accounts), stand_ins(&query.but_of), stand_ins(&query.but_by));
        result.events.insert(EventQuery { accounts, but_of, but_by, ..query.clone() }, page);
    }
    for (channel, written) in windows.records.iter().filter(|(channel, _)| words::is_channel(channel)) {
        let kept = written.iter().filter_map(|xml| records::record(scrubber, &mut stands, xml)).collect();
        result.records.insert(channel.clone(), kept);
    }
    for (name, answer) in windows.channels.iter().filter(|(name, _)| words::is_channel(name)) {
        let channel = scrubber.answer(answer, &format!("look at the event channel {name}"), |_, channel| {
            let mut channel = channel.clone();
            channel.access = channel.access.map(|access| descriptors::text(&mut stands, &access));
            channel
        });
        result.channels.insert(name.clone(), channel);
    }
    accounts(scrubber, &mut stands, windows, &mut result);
    objects::network(scrubber, &mut stands, windows, &mut result);
    objects::storage(scrubber, &mut stands, windows, &mut result);
    for (object, answer) in &windows.security {
        let stand_in = objects::secured(scrubber, &mut stands, object);
        let bytes = scrubber.answer(answer, &format!("read who may use {stand_in}"), |_, bytes: &Bytes| {
            Bytes(descriptors::bytes(&mut stands, &bytes.0))
        });
        result.security.insert(stand_in, bytes);
    }
    scrubber.windows = stands;
    result
}

fn is_asked(query: &EventQuery) -> bool {
    words::is_channel(&query.channel) && query.provider.as_deref().is_none_or(words::is_word)
}

/// The stand-in of a path of Windows; nothing for others.
pub(super) fn path(scrubber: &mut Scrubber, path: &Path) -> Option<PathBuf> {
    let text = path.to_str().filter(|text| texts::has_drive(text))?;
    let mut stands = std::mem::take(&mut scrubber.windows);
    let stand_in = texts::path(scrubber, &mut stands, text);
    scrubber.windows = stands;
    Some(PathBuf::from(stand_in))
}

/// What is left of a file of Windows; nothing for others.
pub(super) fn file(scrubber: &mut Scrubber, path: &Path, bytes: &[u8]) -> Option<Vec<u8>> {
    path.to_str().filter(|text| texts::has_drive(text))?;
    documents::file(scrubber, path, bytes)
}

/// The name of a process. Those of a Windows host have others for what nobody looks for, so that who waits at a port stays another.
pub(super) fn process(scrubber: &mut Scrubber, name: &str) -> String {
    texts::part(scrubber, name)
}

/// Learns the people first, so that their names are found wherever they stand.
pub(super) fn learn(scrubber: &mut Scrubber, windows: &WindowsRecording) {
    let accounts = windows.accounts.iter().filter_map(|answer| answer.get().ok()).flatten();
    let domain = windows.domain_accounts.iter().filter_map(|answer| answer.get().ok());
    for account in accounts.chain(domain.flat_map(|domain| &domain.accounts)) {
        texts::account(scrubber, &account.name);
    }
    for session in windows.sessions.iter().filter_map(|answer| answer.get().ok()).flatten() {
        texts::account(scrubber, &session.account);
    }
    for name in registry::profiles(windows) {
        texts::account(scrubber, &name);
    }
}

fn accounts(scrubber: &mut Scrubber, stands: &mut Stands, windows: &WindowsRecording, result: &mut WindowsRecording) {
    result.accounts = windows.accounts.as_ref().map(|answer| {
        scrubber.answer(answer, "list local accounts", |scrubber, accounts| {
            accounts.iter().map(|account| account_of(scrubber, stands, account)).collect()
        })
    });
    result.domain_accounts = windows.domain_accounts.as_ref().map(|answer| {
        scrubber
            .answer(answer, "list accounts of the domain", |scrubber, domain| domain_accounts(scrubber, stands, domain))
    });
    result.groups = windows.groups.as_ref().map(|answer| {
        scrubber.answer(answer, "list local groups", |scrubber, groups| {
            groups.iter().map(|group| local_group(scrubber, stands, group)).collect()
        })
    });
    result.account_policy = windows
        .account_policy
        .as_ref()
        .map(|answer| scrubber.answer(answer, "read the account policy", |_, policy: &AccountPolicy| *policy));
    // Subcategories are the system's own.
    result.audit_policy = windows.audit_policy.as_ref().map(|answer| {
        scrubber.answer(answer, "read the audit policy", |_, settings: &Vec<AuditSetting>| settings.clone())
    });
    result.membership = windows.membership.as_ref().map(|answer| {
        scrubber.answer(answer, "ask for the domain", |scrubber, membership| Membership {
            kind: membership.kind,
            name: membership.name.as_ref().map(|name| match membership.kind {
                JoinKind::Domain | JoinKind::Workgroup => scrubber.names.host(name),
                JoinKind::Unjoined => String::new(),
            }),
        })
    });
    result.sessions = windows.sessions.as_ref().map(|answer| {
        scrubber.answer(answer, "list sessions", |scrubber, sessions| {
            let one = |session: &WindowsSession| WindowsSession {
                account: texts::account(scrubber, &session.account),
                domain: scrubber.names.host(&session.domain),
                client: session.client.as_ref().map(|client| scrubber.host(client)),
                ..session.clone()
            };
            sessions.iter().map(one).collect()
        })
    });
}

fn account_of(scrubber: &mut Scrubber, stands: &mut Stands, account: &LocalAccount) -> LocalAccount {
    LocalAccount {
        name: texts::account(scrubber, &account.name),
        sid: stands.identifiers.sid(&account.sid),
        // Whatever people wrote there.
        comment: String::new(),
        ..account.clone()
    }
}

fn domain_accounts(scrubber: &mut Scrubber, stands: &mut Stands, domain: &DomainAccounts) -> DomainAccounts {
    DomainAccounts {
        accounts: domain.accounts.iter().map(|account| account_of(scrubber, stands, account)).collect(),
        left_out: domain.left_out,
        controllers: domain.controllers.iter().map(|name| scrubber.names.host(name)).collect(),
        trusted: domain.trusted.iter().map(|name| scrubber.names.host(name)).collect(),
        groups: domain
            .groups
            .iter()
            .map(|group| DomainGroup {
                sid: stands.identifiers.sid(&group.sid),
                members: group.members.iter().map(|name| texts::account(scrubber, name)).collect(),
            })
            .collect(),
    }
}

fn local_group(scrubber: &mut Scrubber, stands: &mut Stands, group: &LocalGroup) -> LocalGroup {
    let member = |member: &LocalMember| LocalMember {
        sid: stands.identifiers.sid(&member.sid),
        name: texts::qualified(scrubber, &member.name),
        usage: member.usage,
    };
    let members = group.members.iter().map(member).collect();
    LocalGroup { sid: stands.identifiers.sid(&group.sid), name: scrubber.names.group(&group.name), members }
}
