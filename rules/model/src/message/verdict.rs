//! Verdicts and reasons.

use super::{Language, texts};
use crate::ReasonCode;
use crate::finding::VerdictKind;

texts! {
    /// The condition holds.
    verdict_pass() { ja: "適合", en: "Pass" }
    /// The condition does not hold.
    verdict_fail() { ja: "不適合", en: "Fail" }
    /// It could not be known.
    verdict_unknown() { ja: "確認できず", en: "Unknown" }
    /// The rule does not bear on the host.
    verdict_not_applicable() { ja: "対象外", en: "Not applicable" }
    /// See [`ReasonCode::NotPermitted`].
    reason_not_permitted() { ja: "読み取る権限がありません", en: "The agent may not read it" }
    /// See [`ReasonCode::TimedOut`].
    reason_timed_out() { ja: "時間内に読み取れませんでした", en: "Reading took too long" }
    /// See [`ReasonCode::Unparsable`].
    reason_unparsable() { ja: "内容を解釈できません", en: "Its content is not understood" }
    /// See [`ReasonCode::Missing`].
    reason_missing() { ja: "必要なものが見つかりません", en: "Something that should be there is missing" }
    /// See [`ReasonCode::TooLarge`].
    reason_too_large() { ja: "大きすぎるため読み取りませんでした", en: "It is too large to be read" }
    /// See [`ReasonCode::Unsupported`].
    reason_unsupported() { ja: "この環境では判定に対応していません", en: "It cannot be judged on this system" }
    /// See [`ReasonCode::NotConfigured`].
    reason_not_configured() { ja: "判定に必要な台帳や設定が届いていません", en: "A register or setting that it needs has not been given" }
    /// See [`ReasonCode::Stale`].
    reason_stale() { ja: "最後の確認から時間がたちすぎています", en: "The last reading is too old" }
    /// See [`ReasonCode::NoAnswer`].
    reason_no_answer() { ja: "問い合わせ先が応答しません", en: "The service that would tell did not answer" }
    /// See [`ReasonCode::Failed`].
    reason_failed() { ja: "読み取りに失敗しました", en: "Reading failed" }
    /// See [`ReasonCode::Inconclusive`].
    reason_inconclusive() { ja: "読み取った内容だけでは判断できません", en: "What was read cannot tell" }
    /// See [`ReasonCode::Elsewhere`].
    reason_elsewhere() { ja: "ドメインやEntra IDなど、この機器の外で管理されています", en: "It is kept elsewhere, as in a domain or Entra ID" }
    /// A true value.
    word_yes() { ja: "はい", en: "yes" }
    /// A false value.
    word_no() { ja: "いいえ", en: "no" }
    /// A value measured to be absent.
    word_none() { ja: "なし", en: "none" }
    /// A value that was not read.
    word_unknown() { ja: "不明", en: "unknown" }
    /// See [`ReasonCode::Limit`].
    reason_limit() { ja: "判定が上限を超えました", en: "Judging ran into a limit" }
    /// What a finding says where the rule's own sentence has nothing to fill in: it passes.
    says_pass(title: &str) { ja: "「{title}」を確認しました。", en: "Confirmed: {title}" }
    /// It fails.
    says_fail(title: &str) { ja: "「{title}」を満たしていません。", en: "Not so: {title}" }
    /// It could not be known.
    says_unknown(title: &str) { ja: "「{title}」かどうかを確認できません。", en: "It could not be told whether: {title}" }
    /// The agent is older than what the rule asks for.
    says_unread() {
        ja: "この機器のエージェントはこの規則を読めないため、判定できません。エージェントを更新してください。",
        en: "The agent of this host cannot read this rule, so that nothing is known. Update the agent."
    }
    /// It does not bear on this host.
    says_not_applicable(title: &str) { ja: "この機器には「{title}」は当てはまりません。", en: "Does not apply to this host: {title}" }
}

impl Language {
    /// The verdict as people read it.
    pub fn verdict(self, kind: VerdictKind) -> String {
        match kind {
            VerdictKind::Pass => self.verdict_pass(),
            VerdictKind::Fail => self.verdict_fail(),
            VerdictKind::Unknown => self.verdict_unknown(),
            VerdictKind::NotApplicable => self.verdict_not_applicable(),
        }
    }

    /// The kind of reason as people read it; the detail stays as it is.
    pub fn reason(self, code: ReasonCode) -> String {
        match code {
            ReasonCode::NotPermitted => self.reason_not_permitted(),
            ReasonCode::TimedOut => self.reason_timed_out(),
            ReasonCode::Unparsable => self.reason_unparsable(),
            ReasonCode::Missing => self.reason_missing(),
            ReasonCode::TooLarge => self.reason_too_large(),
            ReasonCode::Unsupported => self.reason_unsupported(),
            ReasonCode::NotConfigured => self.reason_not_configured(),
            ReasonCode::Stale => self.reason_stale(),
            ReasonCode::NoAnswer => self.reason_no_answer(),
            ReasonCode::Failed => self.reason_failed(),
            ReasonCode::Inconclusive => self.reason_inconclusive(),
            ReasonCode::Limit => self.reason_limit(),
            ReasonCode::Elsewhere => self.reason_elsewhere(),
        }
    }
}
