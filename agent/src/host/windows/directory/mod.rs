//! Accounts, groups, policies, the domain and sessions.

mod accounts;
mod audit;
mod domain;
mod groups;
mod lsa;
mod membership;
mod password_properties;
mod policy;
mod sessions;
#[cfg(test)]
mod tests;

pub(super) use accounts::accounts;
pub(super) use audit::audit_policy;
pub(super) use domain::domain_accounts;
pub(super) use groups::groups;
pub(super) use membership::membership;
pub(super) use policy::account_policy;
pub(super) use sessions::sessions;
