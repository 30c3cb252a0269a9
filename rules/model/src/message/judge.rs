//! What is said where a rule has no sentence of its own.

use super::texts;

texts! {
    /// The rule is for other systems.
    judged_other_system() { ja: "このOSは対象外です。", en: "The rule is not for this operating system." }
    /// A topic was measured to be absent and the rule then does not apply.
    judged_nothing_there(how: &str) { ja: "対象となるものがないため対象外です({how})。", en: "There is nothing to judge ({how})." }
    /// A topic was measured to be absent and the rule then fails.
    judged_lacking(how: &str) { ja: "必要なものがありません({how})。", en: "What is needed is not there ({how})." }
    /// Of several subjects some have findings of their own.
    judged_others(judged: usize, found: usize) { ja: "{judged}件を確認し、うち{found}件に個別の所見があります。ほかは適合しています。", en: "{judged} were judged; {found} have findings of their own and the rest pass." }
}
