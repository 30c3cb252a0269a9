//! Whose role it is to get a mail, decided when it is sent. What routes change of it is [`crate::routing`]. Pure.

use super::render::mailbox;
use crate::auth::Role;
use crate::routing::{Recipient, Why};
use crate::store::{MailKind, User};

/// The most people one mail is sent to; mail servers refuse more.
pub const RECIPIENTS_MAX: usize = 100;

/// For whom a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// Those who keep the agency's security: the configured addresses and the officers.
    Officers,
    /// Those who decide: the approvers; without any the administrators, and without those the configured addresses.
    Approvers,
    /// All of them.
    Both,
    /// The person who uses a PC, whom the mail itself names.
    Owner,
}

const fn audience(kind: MailKind) -> Audience {
    match kind {
        MailKind::Opened
        | MailKind::Reopened
        | MailKind::Reminder
        | MailKind::Resolved
        | MailKind::Waived
        | MailKind::LapsesInMonth
        | MailKind::LapsesInWeek
        | MailKind::Lapsed
        | MailKind::PartLapsesInMonth
        | MailKind::PartLapsesInWeek
        | MailKind::PartLapsed => Audience::Officers,
        MailKind::Escalated | MailKind::Waiting => Audience::Approvers,
        MailKind::Daily | MailKind::Monthly => Audience::Both,
        MailKind::Asked | MailKind::Thanked => Audience::Owner,
    }
}

/// Those to whom mails of that kind go by their role: the addresses that are configured, and people who may sign in. Some may be
/// there twice; none if nobody has an address.
pub fn general(kind: MailKind, configured: &[String], people: &[User]) -> Vec<Recipient> {
    let of = |role: Role| {
        let enabled = people.iter().filter(move |person| person.role == role && person.disabled_at.is_none());
        let why = Why::Role(role);
        enabled.filter_map(|person| Some(Recipient { address: person.email.clone()?, why })).collect::<Vec<_>>()
    };
    let configured = || {
        let recipient = |address: &String| Recipient { address: address.clone(), why: Why::Configured };
        configured.iter().map(recipient).collect::<Vec<_>>()
    };
    match audience(kind) {
        Audience::Officers => [configured(), of(Role::Officer)].concat(),
        Audience::Both => [configured(), of(Role::Officer), of(Role::Approver)].concat(),
        Audience::Approvers => {
            let choices = [of(Role::Approver), of(Role::Admin), configured()];
            choices.into_iter().find(|choice| !choice.is_empty()).unwrap_or_default()
        }
        Audience::Owner => Vec::new(),
    }
}

/// The mailbox behind an address, whatever name stands before it and however it is capitalised.
pub(crate) fn box_of(address: &str) -> String {
    mailbox(address).map_or_else(|_| address.to_owned(), |mailbox| mailbox.email.to_string()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;

    use super::*;
    use crate::routing::{About, Directory, Routing, told};

    fn recipients(kind: MailKind, configured: &[String], people: &[User]) -> Vec<String> {
        let directory = Directory { users: people.to_vec(), persons: Vec::new() };
        told(kind, &About::default(), &Routing::default(), configured, &directory).addresses()
    }

    fn person(id: i64, role: Role, email: Option<&str>) -> User {
        User {
            id,
            name: format!("p{id}"),
            role,
            password: None,
            email: email.map(str::to_owned),
            language: None,
            second_factor: None,
            identity: None,
            created_at: Instant::UNIX_EPOCH,
            disabled_at: None,
            last_sign_in: None,
        }
    }

    fn agency() -> Vec<User> {
        let gone = User { disabled_at: Some(Instant::UNIX_EPOCH), ..person(9, Role::Officer, Some("gone@example.jp")) };
        vec![
            person(1, Role::Officer, Some("Sato@example.jp")),
            person(2, Role::Officer, None),
            person(3, Role::Officer, Some("suzuki@example.jp")),
            person(4, Role::Approver, Some("director@example.jp")),
            person(5, Role::Admin, Some("admin@example.jp")),
            person(6, Role::Viewer, Some("viewer@example.jp")),
            person(7, Role::Auditor, Some("auditor@example.jp")),
            gone,
        ]
    }

    fn configured() -> Vec<String> {
        vec!["佐藤 <sato@example.jp>".into(), "office@example.jp".into()]
    }

    const OFFICERS: [&str; 3] = ["佐藤 <sato@example.jp>", "office@example.jp", "suzuki@example.jp"];

    #[test]
    fn each_kind_goes_to_those_it_is_for_and_to_each_once() {
        for kind in MailKind::ALL {
            let to = recipients(*kind, &configured(), &agency());
            let wanted = match audience(*kind) {
                Audience::Officers => OFFICERS.to_vec(),
                Audience::Approvers => vec!["director@example.jp"],
                Audience::Both => [OFFICERS.as_slice(), &["director@example.jp"]].concat(),
                Audience::Owner => Vec::new(),
            };
            assert_eq!(to, wanted, "{kind}");
        }
    }

    #[test]
    fn without_approvers_administrators_decide_and_without_those_the_configured_are_told() {
        let mut people = agency();
        people.retain(|person| person.role != Role::Approver);
        assert_eq!(recipients(MailKind::Escalated, &configured(), &people), ["admin@example.jp"]);
        people.retain(|person| person.role != Role::Admin);
        assert_eq!(recipients(MailKind::Waiting, &configured(), &people), configured());
        assert_eq!(recipients(MailKind::Waiting, &[], &people), [""; 0]);
    }

    #[test]
    fn nobody_is_nobody_and_many_are_bounded() {
        assert_eq!(recipients(MailKind::Daily, &[], &[]), [""; 0]);
        let many: Vec<User> = (0..500).map(|n| person(n, Role::Officer, Some(&format!("p{n}@example.jp")))).collect();
        let to = recipients(MailKind::Opened, &configured(), &many);
        assert_eq!((to.len(), to[1].as_str()), (RECIPIENTS_MAX, "office@example.jp"));
    }
}
