//! Who is told of something. Pure.

use std::collections::BTreeSet;

use super::{About, Manner, Routing};
use crate::auth::{Role, email};
use crate::mail::{RECIPIENTS_MAX, box_of, general};
use crate::registers::fold;
use crate::store::{MailKind, User};

/// Whose addresses are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// Those who may sign in.
    pub users: Vec<User>,
    /// Those of the register of people who have not left, each with the address if one is known.
    pub persons: Vec<(String, Option<String>)>,
}

impl Directory {
    /// The address that a line of a route means: an address itself, or that of the person so named.
    pub fn address(&self, line: &str) -> Option<String> {
        if let Ok(Some(address)) = email::read(line) {
            return Some(address);
        }
        let person = self.persons.iter().find(|(name, _)| fold(name) == fold(line));
        let user = || self.users.iter().find(|user| user.disabled_at.is_none() && fold(&user.name) == fold(line));
        person.and_then(|(_, address)| address.clone()).or_else(|| user()?.email.clone())
    }

    /// Whether a line of a route means somebody, with an address or without.
    pub fn knows(&self, line: &str) -> bool {
        let named = |name: &str| fold(name) == fold(line);
        matches!(email::read(line), Ok(Some(_)))
            || self.persons.iter().any(|(name, _)| named(name))
            || self.users.iter().any(|user| named(&user.name))
    }
}

/// Why somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The address is configured where the dashboard was started.
    Configured,
    /// The person's role.
    Role(Role),
    /// The route of that number.
    Route(u32),
}

/// Somebody who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The address.
    pub address: String,
    /// Why.
    pub why: Why,
}

/// Who is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// They, each once.
    pub recipients: Vec<Recipient>,
    /// The numbers of routes that are for it and lead to nobody with an address.
    pub idle: Vec<u32>,
    /// A route takes the place of the officers.
    pub replaced: bool,
}

impl Told {
    /// The addresses.
    pub fn addresses(self) -> Vec<String> {
        self.recipients.into_iter().map(|recipient| recipient.address).collect()
    }
}

/// Whether routes count for mails of a kind. What those decide who approve stays with them, and what is asked of a PC's user
/// goes to that user.
const fn is_routed(kind: MailKind) -> bool {
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
        | MailKind::PartLapsed => true,
        MailKind::Escalated
        | MailKind::Waiting
        | MailKind::Daily
        | MailKind::Monthly
        | MailKind::Asked
        | MailKind::Thanked => false,
    }
}

/// Who is told by a mail of that kind about that: those whose role it is, and those of the routes. A route that takes their place
/// but leads to nobody with an address takes nobody's place.
pub fn told(kind: MailKind, about: &About, routing: &Routing, configured: &[String], directory: &Directory) -> Told {
    let mut told = Told::default();
    let mut routed = Vec::new();
    for route in routing.routes.iter().filter(|route| is_routed(kind) && route.scope.covers(about)) {
        let addresses: Vec<String> = route.to.iter().filter_map(|line| directory.address(line)).collect();
        if addresses.is_empty() {
            told.idle.push(route.id);
            continue;
        }
        told.replaced |= route.manner == Manner::Instead;
        let why = Why::Route(route.id);
        routed.extend(addresses.into_iter().map(|address| Recipient { address, why }));
    }
    let all = if told.replaced { routed } else { [general(kind, configured, &directory.users), routed].concat() };
    let mut seen = BTreeSet::new();
    let once = all.into_iter().filter(|recipient| seen.insert(box_of(&recipient.address)));
    told.recipients = once.take(RECIPIENTS_MAX).collect();
    told
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;

    use super::super::{Route, Scope};
    use super::*;

    fn user(id: i64, name: &str, role: Role, email: Option<&str>) -> User {
        User {
            id,
            name: name.into(),
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

    fn directory() -> Directory {
        let gone = User { disabled_at: Some(Instant::UNIX_EPOCH), ..user(3, "gone", Role::Viewer, Some("gone@x.jp")) };
        Directory {
            users: vec![
                user(1, "sato", Role::Officer, Some("sato@example.jp")),
                user(2, "branch", Role::Viewer, Some("branch@example.jp")),
                gone,
                user(4, "director", Role::Approver, Some("director@example.jp")),
            ],
            persons: vec![("鈴木 一郎".into(), Some("suzuki@example.jp".into())), ("田中".into(), None)],
        }
    }

    fn routing(routes: &[(Scope, &[&str], Manner)]) -> Routing {
        let route = |(id, (scope, to, manner)): (u32, &(Scope, &[&str], Manner))| Route {
            id,
            scope: scope.clone(),
            to: to.iter().map(|line| (*line).to_owned()).collect(),
            manner: *manner,
            revision: 0,
        };
        Routing { routes: (1..).zip(routes).map(route).collect(), next: 9 }
    }

    fn about() -> About {
        About {
            sections: ["technical".to_owned(), "exchange".to_owned()].into(),
            site: "東支所".into(),
            group: "受付".into(),
        }
    }

    fn configured() -> Vec<String> {
        vec!["office@example.jp".into()]
    }

    fn of(kind: MailKind, routes: &[(Scope, &[&str], Manner)]) -> Told {
        told(kind, &about(), &routing(routes), &configured(), &directory())
    }

    const GENERAL: [&str; 2] = ["office@example.jp", "sato@example.jp"];

    fn site() -> Scope {
        Scope::Site("東支所".into())
    }

    #[test]
    fn without_a_route_for_it_those_are_told_whose_role_it_is() {
        let elsewhere: (Scope, &[&str], Manner) = (Scope::Site("本部".into()), &["x@example.jp"], Manner::Instead);
        for routes in [&[][..], &[elsewhere][..]] {
            let told = of(MailKind::Opened, routes);
            assert_eq!((told.replaced, told.idle.as_slice()), (false, &[][..]));
            assert_eq!(told.addresses(), GENERAL);
        }
    }

    #[test]
    fn besides_adds_and_instead_replaces_and_everybody_is_told_once() {
        let besides = of(MailKind::Opened, &[(site(), &["branch", "SATO@example.jp"], Manner::Besides)]);
        assert_eq!(besides.addresses(), ["office@example.jp", "sato@example.jp", "branch@example.jp"]);
        let instead = of(MailKind::Reminder, &[(site(), &["鈴木　一郎", "b@example.jp"], Manner::Instead)]);
        assert!(instead.replaced && instead.recipients.iter().all(|recipient| recipient.why == Why::Route(1)));
        assert_eq!(instead.addresses(), ["suzuki@example.jp", "b@example.jp"]);
        let both = of(
            MailKind::Resolved,
            &[
                (Scope::Group("受付".into()), &["branch"], Manner::Besides),
                (Scope::Section("exchange".into()), &["net@example.jp"], Manner::Instead),
            ],
        );
        assert_eq!(both.addresses(), ["branch@example.jp", "net@example.jp"], "one that replaces replaces");
    }

    #[test]
    fn a_route_that_leads_to_nobody_changes_nothing_and_is_told() {
        for nobody in [&["田中"][..], &["gone"], &["nobody"], &["田中", "director2"]] {
            let told = of(MailKind::Opened, &[(site(), nobody, Manner::Instead)]);
            assert_eq!((told.replaced, told.idle.as_slice()), (false, &[1][..]), "{nobody:?}");
            assert_eq!(told.addresses(), GENERAL, "{nobody:?}");
        }
        let half = of(MailKind::Opened, &[(site(), &["田中", "b@example.jp"], Manner::Instead)]);
        assert_eq!(half.idle, [0_u32; 0]);
        assert_eq!(half.addresses(), ["b@example.jp"]);
    }

    #[test]
    fn what_goes_to_those_who_approve_stays_with_them() {
        let routes: &[(Scope, &[&str], Manner)] = &[(site(), &["b@example.jp"], Manner::Instead)];
        for kind in MailKind::ALL {
            let told = of(*kind, routes);
            let by_route = told.recipients.iter().any(|recipient| matches!(recipient.why, Why::Route(_)));
            assert_eq!(by_route, is_routed(*kind), "{kind}");
        }
        assert_eq!(of(MailKind::Escalated, routes).addresses(), ["director@example.jp"]);
    }

    #[test]
    fn a_name_means_the_person_of_the_register_before_one_who_signs_in() {
        let mut directory = directory();
        directory.persons.push(("sato".into(), Some("other@example.jp".into())));
        assert_eq!(directory.address("sato").as_deref(), Some("other@example.jp"));
        assert_eq!(directory.address("branch").as_deref(), Some("branch@example.jp"));
        assert!(directory.knows("田中") && directory.knows("gone") && directory.knows("a@b.jp"));
        assert!(!directory.knows("nobody") && directory.address("a b@c").is_none());
    }
}
