//! What Windows audits, by subcategory.
//!
//! GUIDs: [MS-GPAC] 2.2.1.2
//! <https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-gpac/77878370-0712-47cd-997d-b07053429f6d>. What is read is in
//! force, whether the categories of older systems or the subcategories set it.

use tenken_model::Reason;

use crate::collect::Look;
use crate::host::windows_api::AuditSetting;

/// Sign-ins, as [`read`] tells it.
pub const LOGON_SUCCESS: &str = "logon:success";
/// Failed sign-ins, as [`read`] tells it.
pub const LOGON_FAILURE: &str = "logon:failure";
/// Sign-ins with rights over the system, as [`read`] tells it.
pub const SPECIAL_LOGON: &str = "special_logon:success";

/// Subcategories about people and their accounts.
const SUBCATEGORIES: [(&str, &str); 10] = [
    ("0cce9215-69ae-11d9-bed3-505054503030", "logon"),
    ("0cce9216-69ae-11d9-bed3-505054503030", "logoff"),
    ("0cce9217-69ae-11d9-bed3-505054503030", "account_lockout"),
    ("0cce921b-69ae-11d9-bed3-505054503030", "special_logon"),
    ("0cce921c-69ae-11d9-bed3-505054503030", "other_logon_events"),
    ("0cce922f-69ae-11d9-bed3-505054503030", "audit_policy_change"),
    ("0cce9235-69ae-11d9-bed3-505054503030", "user_account_management"),
    ("0cce9236-69ae-11d9-bed3-505054503030", "computer_account_management"),
    ("0cce9237-69ae-11d9-bed3-505054503030", "security_group_management"),
    ("0cce923f-69ae-11d9-bed3-505054503030", "credential_validation"),
];

/// What is recorded: `logon:success`, `logon:failure`.
pub fn read(look: &Look<'_>) -> Result<Vec<String>, Reason> {
    Ok(audited(&look.audit_policy().map_err(|error| error.reason())?))
}

/// The settings that are known, by name and result.
pub fn audited(settings: &[AuditSetting]) -> Vec<String> {
    let mut found = Vec::new();
    for (guid, name) in SUBCATEGORIES {
        for setting in settings.iter().filter(|setting| setting.subcategory.as_str() == guid) {
            let results = [(setting.success, "success"), (setting.failure, "failure")];
            found.extend(results.iter().filter(|(on, _)| *on).map(|(_, result)| format!("{name}:{result}")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subcategories_are_known_by_number() {
        let setting =
            |guid: &str, success, failure| AuditSetting { subcategory: guid.parse().unwrap(), success, failure };
        let settings = [
            setting("{0CCE9215-69AE-11D9-BED3-505054503030}", true, true),
            setting("0cce9216-69ae-11d9-bed3-505054503030", true, false),
            setting("0cce9235-69ae-11d9-bed3-505054503030", false, false),
            setting("0cce9210-69ae-11d9-bed3-505054503030", true, true),
        ];
        assert_eq!(audited(&settings), [LOGON_SUCCESS, LOGON_FAILURE, "logoff:success"]);
        assert!(audited(&[]).is_empty());
    }
}
