//! What people may do, in one table.

use axum::http::Method;
use tenken_model::{Language, choice};

choice! {
    /// What a person is to the agency. What each may do is [`Role::may`]; the order means nothing.
    pub enum Role {
        /// Sees the state of the agency, changes nothing (閲覧).
        Viewer = "viewer",
        /// Keeps the registers (担当者).
        Officer = "officer",
        /// Approves what officers propose (責任者).
        Approver = "approver",
        /// Adds hosts and people (管理者).
        Admin = "admin",
        /// Sees everything, changes nothing (監査).
        Auditor = "auditor",
    }
}

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ability {
    /// See how the agency stands, and keep one's own account.
    Look,
    /// See how the dashboard is set up, who its people are, and the audit log.
    Inspect,
    /// Keep registers, statements and what is proposed.
    Keep,
    /// Approve what somebody else proposed.
    Approve,
    /// Add hosts and people, and set the dashboard up.
    Administer,
}

impl Ability {
    /// The roles that have it, as people read them.
    pub fn roles(self, language: Language) -> String {
        let having = Role::ALL.iter().filter(|role| role.may(self)).map(|role| role.label(language));
        having.collect::<Vec<_>>().join(&language.list_join())
    }
}

impl Role {
    /// Whether people of this role may do that.
    pub const fn may(self, ability: Ability) -> bool {
        match ability {
            Ability::Look => true,
            Ability::Inspect => match self {
                Self::Admin | Self::Auditor => true,
                Self::Viewer | Self::Officer | Self::Approver => false,
            },
            Ability::Keep => match self {
                Self::Officer | Self::Approver | Self::Admin => true,
                Self::Viewer | Self::Auditor => false,
            },
            Ability::Approve => match self {
                Self::Approver | Self::Admin => true,
                Self::Viewer | Self::Officer | Self::Auditor => false,
            },
            Ability::Administer => match self {
                Self::Admin => true,
                Self::Viewer | Self::Officer | Self::Approver | Self::Auditor => false,
            },
        }
    }

    /// The role as people read it.
    pub fn label(self, language: Language) -> String {
        match self {
            Self::Viewer => language.role_viewer(),
            Self::Officer => language.role_officer(),
            Self::Approver => language.role_approver(),
            Self::Admin => language.role_admin(),
            Self::Auditor => language.role_auditor(),
        }
    }
}

/// Who may ask for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, without signing in.
    Anybody,
    /// Whoever has signed in and may do that.
    Signed(Ability),
}

/// Addresses by their first segments with who may read (GET, HEAD) and who may write them; `*` is any
/// segment. The first line that fits counts; an address without a line is for administrators.
const ROUTES: &[(&str, Access, Access)] = &[
    ("/assets", Access::Anybody, Access::Signed(Ability::Administer)),
    // The agent is public software, and a host that installs it has no session.
    ("/packages", Access::Anybody, Access::Signed(Ability::Administer)),
    ("/authority.crt", Access::Signed(Ability::Look), Access::Signed(Ability::Administer)),
    ("/sign-in", Access::Anybody, Access::Anybody),
    ("/first-run", Access::Anybody, Access::Anybody),
    ("/language", Access::Anybody, Access::Anybody),
    ("/sign-out", Access::Signed(Ability::Look), Access::Signed(Ability::Look)),
    ("/account", Access::Signed(Ability::Look), Access::Signed(Ability::Look)),
    ("/join", Access::Anybody, Access::Anybody),
    ("/confirm", Access::Signed(Ability::Look), Access::Signed(Ability::Look)),
    ("/live", Access::Signed(Ability::Look), Access::Signed(Ability::Administer)),
    ("/items/*/propose", Access::Signed(Ability::Keep), Access::Signed(Ability::Keep)),
    ("/evidence", Access::Signed(Ability::Look), Access::Signed(Ability::Administer)),
    ("/items", Access::Signed(Ability::Look), Access::Signed(Ability::Keep)),
    ("/hosts/new", Access::Signed(Ability::Administer), Access::Signed(Ability::Administer)),
    ("/hosts", Access::Signed(Ability::Look), Access::Signed(Ability::Administer)),
    ("/groups", Access::Signed(Ability::Look), Access::Signed(Ability::Administer)),
    ("/sites", Access::Signed(Ability::Look), Access::Signed(Ability::Administer)),
    ("/search", Access::Signed(Ability::Look), Access::Signed(Ability::Administer)),
    ("/tasks", Access::Signed(Ability::Look), Access::Signed(Ability::Administer)),
    ("/declaration/publication/check", Access::Signed(Ability::Keep), Access::Signed(Ability::Keep)),
    ("/declaration/publication/confirm", Access::Signed(Ability::Keep), Access::Signed(Ability::Keep)),
    ("/declaration/publication", Access::Signed(Ability::Look), Access::Signed(Ability::Administer)),
    ("/declaration/import", Access::Signed(Ability::Keep), Access::Signed(Ability::Keep)),
    ("/declaration/header", Access::Signed(Ability::Keep), Access::Signed(Ability::Keep)),
    ("/declaration", Access::Signed(Ability::Look), Access::Signed(Ability::Keep)),
    ("/proposals/*/withdraw", Access::Signed(Ability::Keep), Access::Signed(Ability::Keep)),
    ("/proposals", Access::Signed(Ability::Approve), Access::Signed(Ability::Approve)),
    ("/waivers/*/end", Access::Signed(Ability::Keep), Access::Signed(Ability::Keep)),
    ("/waivers", Access::Signed(Ability::Look), Access::Signed(Ability::Approve)),
    ("/drifts/*/waiver", Access::Signed(Ability::Keep), Access::Signed(Ability::Keep)),
    ("/drifts", Access::Signed(Ability::Look), Access::Signed(Ability::Keep)),
    ("/outbox", Access::Signed(Ability::Look), Access::Signed(Ability::Administer)),
    ("/log-review", Access::Signed(Ability::Look), Access::Signed(Ability::Keep)),
    ("/registers/*/new", Access::Signed(Ability::Keep), Access::Signed(Ability::Keep)),
    ("/registers/*/import", Access::Signed(Ability::Keep), Access::Signed(Ability::Keep)),
    ("/registers/*/*/approve", Access::Signed(Ability::Look), Access::Signed(Ability::Approve)),
    ("/registers/*/*/take-back", Access::Signed(Ability::Look), Access::Signed(Ability::Approve)),
    ("/registers", Access::Signed(Ability::Look), Access::Signed(Ability::Keep)),
    ("/rules/new", Access::Signed(Ability::Keep), Access::Signed(Ability::Keep)),
    ("/rules/*/edit", Access::Signed(Ability::Keep), Access::Signed(Ability::Keep)),
    ("/rules/*/ask", Access::Signed(Ability::Keep), Access::Signed(Ability::Keep)),
    ("/rules/*/take-back", Access::Signed(Ability::Keep), Access::Signed(Ability::Keep)),
    // Approving, rolling out, withdrawing, and setting what a rule asks for.
    ("/rules", Access::Signed(Ability::Look), Access::Signed(Ability::Approve)),
    ("/settings/routing/*", Access::Signed(Ability::Administer), Access::Signed(Ability::Administer)),
    ("/settings", Access::Signed(Ability::Inspect), Access::Signed(Ability::Administer)),
    ("/people/new", Access::Signed(Ability::Administer), Access::Signed(Ability::Administer)),
    ("/people", Access::Signed(Ability::Inspect), Access::Signed(Ability::Administer)),
    ("/audit", Access::Signed(Ability::Inspect), Access::Signed(Ability::Administer)),
    // Making a package changes nothing but that it is written down who made it.
    ("/audit-package", Access::Signed(Ability::Inspect), Access::Signed(Ability::Inspect)),
];

/// Who may ask for that address with that method.
pub fn access(method: &Method, path: &str) -> Access {
    let reads = method == Method::GET || method == Method::HEAD;
    if path == "/" {
        return Access::Signed(if reads { Ability::Look } else { Ability::Administer });
    }
    line(path).map_or(Access::Signed(Ability::Administer), |(_, read, write)| if reads { *read } else { *write })
}

fn line(path: &str) -> Option<&'static (&'static str, Access, Access)> {
    let fits = |pattern: &str| {
        let mut segments = path.split('/');
        pattern.split('/').all(|wanted| segments.next().is_some_and(|segment| wanted == "*" || wanted == segment))
    };
    ROUTES.iter().find(|(pattern, ..)| fits(pattern))
}

/// Whether somebody thought of who may ask for that address.
#[cfg(test)]
pub(crate) fn has_line(path: &str) -> bool {
    path == "/" || line(path).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_needs_more_than_reading() {
        let cases = [
            (Method::GET, "/", Access::Signed(Ability::Look)),
            (Method::POST, "/", Access::Signed(Ability::Administer)),
            (Method::GET, "/registers/accounts", Access::Signed(Ability::Look)),
            (Method::POST, "/registers/accounts/new", Access::Signed(Ability::Keep)),
            (Method::GET, "/registers/accounts/new", Access::Signed(Ability::Keep)),
            (Method::GET, "/registers/accounts/newer", Access::Signed(Ability::Look)),
            (Method::GET, "/registers/accounts/import/apply", Access::Signed(Ability::Keep)),
            (Method::GET, "/registers", Access::Signed(Ability::Look)),
            (Method::GET, "/hosts/h-1", Access::Signed(Ability::Look)),
            (Method::GET, "/hosts/new", Access::Signed(Ability::Administer)),
            (Method::POST, "/hosts/h-1/revoke", Access::Signed(Ability::Administer)),
            (Method::GET, "/hostsx", Access::Signed(Ability::Administer)),
            (Method::GET, "/sign-in", Access::Anybody),
            (Method::DELETE, "/registers/accounts", Access::Signed(Ability::Keep)),
        ];
        for (method, path, wanted) in cases {
            assert_eq!(access(&method, path), wanted, "{method} {path}");
        }
    }

    #[test]
    fn who_approves_or_administers_also_keeps_and_the_auditor_only_sees() {
        let abilities = [Ability::Look, Ability::Inspect, Ability::Keep, Ability::Approve, Ability::Administer];
        let of = |role: Role| abilities.map(|ability| role.may(ability));
        assert_eq!(of(Role::Viewer), [true, false, false, false, false]);
        assert_eq!(of(Role::Officer), [true, false, true, false, false]);
        assert_eq!(of(Role::Approver), [true, false, true, true, false]);
        assert_eq!(of(Role::Admin), [true, true, true, true, true]);
        assert_eq!(of(Role::Auditor), [true, true, false, false, false]);
    }

    #[test]
    fn who_may_is_named() {
        assert_eq!(Ability::Approve.roles(Language::Japanese), "責任者、管理者");
        assert_eq!(Ability::Inspect.roles(Language::English), "Administrator, Auditor");
    }
}
