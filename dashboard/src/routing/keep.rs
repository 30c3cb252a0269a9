//! Keeping routes, and reading what they are decided by.

use tenken_calendar::japan;
use tenken_model::{Instant, Language};
use thiserror::Error;

use super::{Directory, Manner, ROUTES_MAX, Route, Routing, Scope, TO_MAX};
use crate::registers::typed::{self, Person};
use crate::store::{AuditEntry, Store, StoreError, Transaction};

/// The language of the audit log, which is the same whoever acts.
const LOG: Language = Language::Japanese;

/// Why a route is not kept.
#[derive(Debug, Error)]
pub enum RouteError {
    /// Nobody is named.
    #[error("nobody is named")]
    Nobody,
    /// More are named than [`TO_MAX`].
    #[error("more than {TO_MAX} are named")]
    TooMany,
    /// That is no address, and nobody is called so.
    #[error("`{0}` is no address and nobody's name")]
    Unknown(String),
    /// There are [`ROUTES_MAX`] already.
    #[error("there are {ROUTES_MAX} routes already")]
    Full,
    /// There is none of that number any more.
    #[error("the route is gone")]
    Gone,
    /// Somebody changed it since it was looked at.
    #[error("somebody changed the route since")]
    Changed,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RouteError {
    /// What is wrong and what to do; none where the store failed.
    pub fn text(&self, language: Language) -> Option<String> {
        match self {
            Self::Nobody => Some(language.route_nobody()),
            Self::TooMany => Some(language.route_too_many(TO_MAX)),
            Self::Unknown(line) => Some(language.route_unknown(line)),
            Self::Full => Some(language.route_full(ROUTES_MAX)),
            Self::Changed => Some(language.register_conflict()),
            Self::Gone | Self::Store(_) => None,
        }
    }
}

impl Directory {
    /// Reads whose addresses are known.
    pub async fn read(transaction: &mut Transaction, now: Instant) -> Result<Self, StoreError> {
        let (users, today) = (transaction.users().await?, japan::date_of(now));
        let persons = typed::open::<Person>(transaction).await?.into_iter().map(|(_, person)| person);
        let here = persons.filter(|person| person.leaves.is_none_or(|last| today <= last));
        let persons = here.map(|person| (person.name, Some(person.email).filter(|email| !email.is_empty()))).collect();
        Ok(Self { users, persons })
    }
}

/// The lines of a field that names people and addresses, each known.
pub fn read_recipients(typed: &str, directory: &Directory) -> Result<Vec<String>, RouteError> {
    let mut lines: Vec<String> = Vec::new();
    for line in typed.split(['\n', ',', '、', ';']).map(str::trim).filter(|line| !line.is_empty()) {
        if !directory.knows(line) {
            return Err(RouteError::Unknown(line.chars().take(100).collect()));
        }
        if !lines.iter().any(|other| other == line) {
            lines.push(line.to_owned());
        }
    }
    match lines.len() {
        0 => Err(RouteError::Nobody),
        count if count > TO_MAX => Err(RouteError::TooMany),
        _ => Ok(lines),
    }
}

/// Adds a route; its number.
pub async fn add(
    store: &Store,
    scope: Scope,
    typed: &str,
    manner: Manner,
    person: &str,
    now: Instant,
) -> Result<u32, RouteError> {
    let mut transaction = store.write().await?;
    let to = read_recipients(typed, &Directory::read(&mut transaction, now).await?)?;
    let mut routing: Routing = transaction.setting().await?.unwrap_or_default();
    if routing.routes.len() >= ROUTES_MAX {
        return Err(RouteError::Full);
    }
    let id = routing.next.max(1);
    routing.next = id.saturating_add(1);
    let route = Route { id, scope, to, manner, revision: 0 };
    let entry = entry("route_added", &route, person, now);
    routing.routes.push(route);
    transaction.set_setting(&routing).await?;
    transaction.audit(&entry).await?;
    transaction.save().await?;
    Ok(id)
}

/// A route as somebody looked at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Its number.
    pub id: u32,
    /// How often it had been changed.
    pub revision: u32,
}

/// Changes a route, which keeps its number and its place. One that says the same as before is left as it is.
pub async fn change(
    store: &Store,
    seen: Seen,
    scope: Scope,
    typed: &str,
    manner: Manner,
    person: &str,
    now: Instant,
) -> Result<(), RouteError> {
    let mut transaction = store.write().await?;
    let mut routing: Routing = transaction.setting().await?.unwrap_or_default();
    let route = routing.routes.iter_mut().find(|route| route.id == seen.id).ok_or(RouteError::Gone)?;
    if route.revision != seen.revision {
        return Err(RouteError::Changed);
    }
    let to = read_recipients(typed, &Directory::read(&mut transaction, now).await?)?;
    let after = Route { scope, to, manner, ..route.clone() };
    if after == *route {
        return Ok(());
    }
    let before = std::mem::replace(route, Route { revision: seen.revision.saturating_add(1), ..after.clone() });
    transaction.set_setting(&routing).await?;
    let detail = differences(&before, &after);
    transaction.audit(&AuditEntry { detail, ..entry("route_changed", &before, person, now) }).await?;
    transaction.save().await?;
    Ok(())
}

/// What of a route changed, from what to what.
fn differences(before: &Route, after: &Route) -> String {
    let told = [
        (LOG.route_scope(), before.scope.word(), after.scope.word()),
        (LOG.route_to(), before.to.join(", "), after.to.join(", ")),
        (LOG.route_manner(), before.manner.to_string(), after.manner.to_string()),
    ];
    let told = told.into_iter().filter(|(_, before, after)| before != after);
    told.map(|(label, before, after)| LOG.cell_changed(&label, &before, &after)).collect::<Vec<_>>().join("\n")
}

/// Takes a route away; false if there is none of that number.
pub async fn remove(store: &Store, id: u32, person: &str, now: Instant) -> Result<bool, StoreError> {
    let mut transaction = store.write().await?;
    let mut routing: Routing = transaction.setting().await?.unwrap_or_default();
    let Some(place) = routing.routes.iter().position(|route| route.id == id) else {
        transaction.abandon().await?;
        return Ok(false);
    };
    let route = routing.routes.remove(place);
    transaction.set_setting(&routing).await?;
    transaction.audit(&entry("route_removed", &route, person, now)).await?;
    transaction.save().await?;
    Ok(true)
}

fn entry(act: &str, route: &Route, person: &str, now: Instant) -> AuditEntry {
    AuditEntry {
        at: now,
        person: person.to_owned(),
        act: act.to_owned(),
        subject: route.scope.word(),
        detail: format!("{}: {}", route.manner, route.to.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::auth::Role;
    use crate::store::NewUser;

    fn at(seconds: i64) -> Instant {
        tenken_model::Span::from_secs(seconds).after("2026-11-24T00:00:00Z".parse().unwrap())
    }

    #[tokio::test]
    async fn routes_are_kept_with_who_made_them_and_numbers_are_not_used_again() {
        let data = TempDir::new().unwrap();
        let store = Store::open_folder(data.path()).await.unwrap();
        let mut transaction = store.write().await.unwrap();
        let new = NewUser { name: "sato".into(), role: Role::Officer, password: None, created_at: at(0) };
        transaction.add_user(&new).await.unwrap();
        transaction.save().await.unwrap();
        let site = || Scope::Site("本部".into());
        let adding = |typed: &'static str| add(&store, site(), typed, Manner::Instead, "admin", at(1));
        assert!(matches!(adding(" \n ").await, Err(RouteError::Nobody)));
        assert!(matches!(adding("sato\nnobody").await, Err(RouteError::Unknown(line)) if line == "nobody"));
        assert_eq!(adding("sato\r\n a@example.jp\na@example.jp").await.unwrap(), 1);
        assert_eq!(adding("a@example.jp").await.unwrap(), 2);
        assert!(remove(&store, 2, "admin", at(2)).await.unwrap());
        assert!(!remove(&store, 2, "admin", at(2)).await.unwrap());
        assert_eq!(adding("b@example.jp").await.unwrap(), 3);
        let mut transaction = store.read().await.unwrap();
        let routing: Routing = transaction.setting().await.unwrap().unwrap();
        let told: Vec<_> = routing.routes.iter().map(|route| (route.id, route.to.join("+"))).collect();
        assert_eq!(told, [(1, "sato+a@example.jp".to_owned()), (3, "b@example.jp".to_owned())]);
        let acts = transaction.audit_entries(None, 9).await.unwrap();
        let acts: Vec<_> = acts.iter().rev().map(|(_, entry)| format!("{} {}", entry.act, entry.subject)).collect();
        assert_eq!(
            acts,
            ["route_added site:本部", "route_added site:本部", "route_removed site:本部", "route_added site:本部"]
        );
    }

    #[tokio::test]
    async fn a_route_is_changed_in_its_place_by_whoever_saw_it_last() {
        let data = TempDir::new().unwrap();
        let store = Store::open_folder(data.path()).await.unwrap();
        let site = |name: &str| Scope::Site(name.to_owned());
        for name in ["本部", "東支所"] {
            add(&store, site(name), "a@example.jp", Manner::Instead, "admin", at(1)).await.unwrap();
        }
        let seen = |revision| Seen { id: 1, revision };
        let changing =
            |seen, name, to: &'static str| change(&store, seen, site(name), to, Manner::Besides, "kato", at(2));
        assert!(matches!(changing(seen(0), "本部", "nobody").await, Err(RouteError::Unknown(_))));
        assert!(matches!(changing(Seen { id: 9, revision: 0 }, "本部", "a@example.jp").await, Err(RouteError::Gone)));
        changing(seen(0), "西支所", "b@example.jp\na@example.jp").await.unwrap();
        assert!(matches!(changing(seen(0), "本部", "a@example.jp").await, Err(RouteError::Changed)));
        changing(seen(1), "西支所", "b@example.jp, a@example.jp").await.unwrap();
        let mut transaction = store.read().await.unwrap();
        let routing: Routing = transaction.setting().await.unwrap().unwrap();
        let told: Vec<_> = routing.routes.iter().map(|it| (it.id, it.scope.word(), it.revision)).collect();
        assert_eq!(told, [(1, "site:西支所".to_owned(), 1), (2, "site:東支所".to_owned(), 0)]);
        let entries = transaction.audit_entries(None, 9).await.unwrap();
        assert_eq!(entries.len(), 3, "what says the same is no act");
        let entry = &entries[0].1;
        assert_eq!((entry.act.as_str(), entry.subject.as_str()), ("route_changed", "site:本部"));
        for part in ["site:西支所", "a@example.jp", "b@example.jp, a@example.jp", "instead", "besides"] {
            assert!(entry.detail.contains(part), "{part}: {}", entry.detail);
        }
    }

    #[test]
    fn a_field_holds_so_many_and_no_more() {
        let many: Vec<String> = (0..=TO_MAX).map(|n| format!("p{n}@example.jp")).collect();
        let directory = Directory::default();
        assert!(matches!(read_recipients(&many.join("\n"), &directory), Err(RouteError::TooMany)));
        assert_eq!(read_recipients(&many[1..].join("、"), &directory).unwrap().len(), TO_MAX);
    }
}
