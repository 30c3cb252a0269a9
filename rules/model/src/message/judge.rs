//! What is said where a rule has no sentence of its own.

use super::texts;

texts! {
    /// The rule is for other systems.
    judged_other_system() { ja: "このOSは対象外です。", en: "The rule is not for this operating system." }
    /// A topic was measured to be absent and the rule then does not apply.
    judged_nothing_there(how: &str) { ja: "対象となるものがないため対象外です({how})。", en: "There is nothing to judge ({how})." }
    /// A topic was measured to be absent and the rule then fails.
    judged_lacking(how: &str) { ja: "必要なものがありません({how})。", en: "What is needed is not there ({how})." }
    /// Days in a length of time.
    span_days(count: u64) { ja: "{count}日", en: "{count}d" }
    /// Hours.
    span_hours(count: u64) { ja: "{count}時間", en: "{count}h" }
    /// Minutes.
    span_minutes(count: u64) { ja: "{count}分", en: "{count}m" }
    /// Seconds, perhaps with a fraction.
    span_seconds(count: &str) { ja: "{count}秒", en: "{count}s" }
    /// Milliseconds.
    span_millis(count: u64) { ja: "{count}ミリ秒", en: "{count}ms" }
}
