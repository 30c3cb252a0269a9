//! Who can repair what a rule finds wrong on a PC, and how that is said. Pure.

use tenken_engine::Rule;
use tenken_engine::rule::Judged;
use tenken_model::finding::Bilingual;

/// What shows in a remedy that it takes an administrator, or somebody who keeps registers. In lower case.
const OF_ADMINISTRATORS: [&str; 26] = [
    "sudo ",
    "/etc/",
    "~/",
    "systemctl",
    "dconf",
    "chronyc",
    "passwd",
    "台帳",
    "register",
    "パラメータ",
    "parameter",
    "管理者",
    "administrator",
    "powershell",
    "グループポリシー",
    "group policy",
    "gpedit",
    "regedit",
    "レジストリ",
    "registry",
    "hklm",
    "intune",
    "デーモン",
    "daemon",
    "コマンド",
    "command",
];

/// Who can repair it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// The person who uses the PC, by these steps, one a line.
    ByUser(Bilingual),
    /// Only an administrator.
    ByAdministrator,
}

impl Repair {
    /// The person who uses the PC can repair it.
    pub const fn is_by_user(&self) -> bool {
        matches!(self, Self::ByUser(_))
    }
}

/// Who can repair what a rule finds wrong: as its file says. Where it does not say, its remedy is the user's if nothing in it
/// takes an administrator; what the dashboard judges rests on registers, which users do not keep.
pub fn repair(rule: &Rule) -> Repair {
    match (&rule.for_user, &rule.judged) {
        (Some(words), _) => Repair::ByUser(words.steps.clone()),
        (None, Judged::ByAgent(_)) if is_plain(&rule.remedy.general) => Repair::ByUser(rule.remedy.general.clone()),
        (None, Judged::ByAgent(_) | Judged::ByDashboard(_)) => Repair::ByAdministrator,
    }
}

/// What is wrong where a rule fails, if its file says it in plain words.
pub fn problem(rule: &Rule) -> Option<Bilingual> {
    rule.for_user.as_ref().map(|words| words.problem.clone())
}

fn is_plain(remedy: &Bilingual) -> bool {
    let text = format!("{}\n{}", remedy.ja, remedy.en).to_lowercase();
    !text.trim().is_empty() && !OF_ADMINISTRATORS.iter().any(|sign| text.contains(sign))
}

#[cfg(test)]
mod tests {
    use tenken_engine::Catalog;

    use super::*;

    fn both(ja: &str, en: &str) -> Bilingual {
        Bilingual { ja: ja.into(), en: en.into() }
    }

    #[test]
    fn what_takes_an_administrator_is_not_asked_of_users() {
        for (ja, en) in [
            ("sudo dconf update を実行します。", "Run: sudo dconf update"),
            ("アカウント台帳に登録します。", "Register it."),
            ("設定を変えます。", "As an Administrator, open Settings."),
            ("グループポリシーで設定します。", "Set it."),
            ("", ""),
        ] {
            assert!(!is_plain(&both(ja, en)), "{ja}");
        }
        assert!(is_plain(&both("「設定」の「画面ロック」を10分にします。", "Open Settings and choose ten minutes.")));
    }

    #[test]
    fn rules_of_the_catalogue_say_themselves_what_a_user_can_do() {
        let catalog = Catalog::embedded().unwrap();
        let of = |id: &str| repair(catalog.rule(&tenken_model::RuleId::new(id).unwrap()).unwrap());
        assert!(of("screen_locks_when_idle").is_by_user() && of("antivirus_signatures_current").is_by_user());
        for id in ["screen_lock_enforced", "accounts_registered", "leavers_accounts_closed", "backup_recent"] {
            // What is asked of users must not be what only others can do.
            if let Repair::ByUser(steps) = of(id) {
                assert!(is_plain(&steps), "{id}: {steps:?}");
            }
        }
        for rule in catalog.rules() {
            if let Some(words) = &rule.for_user {
                assert!(is_plain(&words.steps) && is_plain(&words.problem), "{}", rule.id);
            }
        }
        assert_eq!(of("screen_lock_enforced"), Repair::ByAdministrator);
        assert_eq!(of("leavers_accounts_closed"), Repair::ByAdministrator);
    }
}
