//! What both programs' `doctor` say of a check.

use super::texts;

texts! {
    /// Nothing is wrong.
    doctor_ok() { ja: "正常", en: "OK" }
    /// Something is.
    doctor_problem() { ja: "問題あり", en: "problem" }
    /// It could not be looked at.
    doctor_not_checked() { ja: "確認できず", en: "not checked" }
    /// Before what to do.
    doctor_act(act: &str) { ja: "対処: {act}", en: "do: {act}" }
    /// The sum.
    doctor_sum(ok: usize, problems: usize, not_checked: usize) {
        ja: "正常 {ok}件、問題あり {problems}件、確認できず {not_checked}件",
        en: "{ok} OK, {problems} with a problem, {not_checked} not checked"
    }
}
