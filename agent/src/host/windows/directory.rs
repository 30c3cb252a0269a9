//! Accounts, groups, policies, the domain and sessions.

use crate::host::windows_api::{AccountPolicy, AuditSetting, LocalAccount, LocalGroup, Membership, WindowsSession};
use crate::host::{ReadError, ReadErrorKind};

pub(super) fn accounts() -> Result<Vec<LocalAccount>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "list local accounts", "not read by this build"))
}

pub(super) fn groups() -> Result<Vec<LocalGroup>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "list local groups", "not read by this build"))
}

pub(super) fn account_policy() -> Result<AccountPolicy, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "read the account policy", "not read by this build"))
}

pub(super) fn audit_policy() -> Result<Vec<AuditSetting>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "read the audit policy", "not read by this build"))
}

pub(super) fn membership() -> Result<Membership, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "ask for the domain", "not read by this build"))
}

pub(super) fn sessions() -> Result<Vec<WindowsSession>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "list sessions", "not read by this build"))
}
