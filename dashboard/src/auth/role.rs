//! What people may do, in one table.

use axum::http::Method;
use tenken_model::{Language, choice};

choice! {
    /// What a person may do. Each role may do what those before it may.
    pub enum Role {
        /// Sees everything, changes nothing (閲覧).
        Viewer = "viewer",
        /// Keeps the registers (担当者).
        Officer = "officer",
        /// Approves what officers propose (責任者).
        Approver = "approver",
        /// Adds hosts and people (管理者).
        Admin = "admin",
    }
}

impl Role {
    /// The role as people read it.
    pub fn label(self, language: Language) -> String {
        match self {
            Self::Viewer => language.role_viewer(),
            Self::Officer => language.role_officer(),
            Self::Approver => language.role_approver(),
            Self::Admin => language.role_admin(),
        }
    }
}

/// Who may ask for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Anybody, without signing in.
    Anybody,
    /// Whoever has signed in with at least that role.
    Signed(Role),
}

/// Addresses by their first segments with who may read (GET, HEAD) and who may write them; `*` is any
/// segment. The first line that fits counts; an address without a line is for administrators.
const ROUTES: &[(&str, Access, Access)] = &[
    ("/assets", Access::Anybody, Access::Signed(Role::Admin)),
    ("/sign-in", Access::Anybody, Access::Anybody),
    ("/first-run", Access::Anybody, Access::Anybody),
    ("/language", Access::Anybody, Access::Anybody),
    ("/sign-out", Access::Signed(Role::Viewer), Access::Signed(Role::Viewer)),
    ("/live", Access::Signed(Role::Viewer), Access::Signed(Role::Admin)),
    ("/items", Access::Signed(Role::Viewer), Access::Signed(Role::Officer)),
    ("/hosts/new", Access::Signed(Role::Admin), Access::Signed(Role::Admin)),
    ("/hosts", Access::Signed(Role::Viewer), Access::Signed(Role::Admin)),
    ("/drifts", Access::Signed(Role::Viewer), Access::Signed(Role::Officer)),
    ("/outbox", Access::Signed(Role::Viewer), Access::Signed(Role::Admin)),
    ("/registers/*/new", Access::Signed(Role::Officer), Access::Signed(Role::Officer)),
    ("/registers/*/import", Access::Signed(Role::Officer), Access::Signed(Role::Officer)),
    ("/registers", Access::Signed(Role::Viewer), Access::Signed(Role::Officer)),
    ("/settings", Access::Signed(Role::Admin), Access::Signed(Role::Admin)),
    ("/people", Access::Signed(Role::Admin), Access::Signed(Role::Admin)),
    ("/audit", Access::Signed(Role::Viewer), Access::Signed(Role::Admin)),
];

/// Who may ask for that address with that method.
pub fn access(method: &Method, path: &str) -> Access {
    let reads = method == Method::GET || method == Method::HEAD;
    if path == "/" {
        return Access::Signed(if reads { Role::Viewer } else { Role::Admin });
    }
    line(path).map_or(Access::Signed(Role::Admin), |(_, read, write)| if reads { *read } else { *write })
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
            (Method::GET, "/", Access::Signed(Role::Viewer)),
            (Method::POST, "/", Access::Signed(Role::Admin)),
            (Method::GET, "/registers/accounts", Access::Signed(Role::Viewer)),
            (Method::POST, "/registers/accounts/new", Access::Signed(Role::Officer)),
            (Method::GET, "/registers/accounts/new", Access::Signed(Role::Officer)),
            (Method::GET, "/registers/accounts/newer", Access::Signed(Role::Viewer)),
            (Method::GET, "/registers/accounts/import/apply", Access::Signed(Role::Officer)),
            (Method::GET, "/registers", Access::Signed(Role::Viewer)),
            (Method::GET, "/hosts/h-1", Access::Signed(Role::Viewer)),
            (Method::GET, "/hosts/new", Access::Signed(Role::Admin)),
            (Method::POST, "/hosts/h-1/revoke", Access::Signed(Role::Admin)),
            (Method::GET, "/hostsx", Access::Signed(Role::Admin)),
            (Method::GET, "/sign-in", Access::Anybody),
            (Method::DELETE, "/registers/accounts", Access::Signed(Role::Officer)),
        ];
        for (method, path, wanted) in cases {
            assert_eq!(access(&method, path), wanted, "{method} {path}");
        }
    }

    #[test]
    fn roles_contain_those_before_them() {
        assert!(Role::Admin > Role::Approver && Role::Approver > Role::Officer && Role::Officer > Role::Viewer);
    }
}
