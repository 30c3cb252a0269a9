//! Approved exceptions.

use super::texts;

texts! {
    /// Title.
    waivers_title() { ja: "例外承認", en: "Waivers" }
    /// What they are.
    waivers_lead() { ja: "すぐに是正できない逸脱について、代わりの対策と期限を定めて責任者が認めたものです。期限が過ぎると逸脱に戻ります。", en: "Drifts that cannot be repaired at once, allowed by an approver for a time because of what is done in their place. They come back when it ends." }
    /// There are none.
    waivers_none() { ja: "例外承認はありません。", en: "There are no waivers." }
    /// The act.
    waiver_ask() { ja: "例外承認を申請", en: "Ask for a waiver" }
    /// Everywhere.
    waiver_every_host() { ja: "すべての機器", en: "Every host" }
    /// A field.
    waiver_wide() { ja: "範囲", en: "How far" }
    /// A choice.
    waiver_only_this() { ja: "この所見だけ", en: "This finding only" }
    /// A choice.
    waiver_this_host() { ja: "この機器のこの規則すべて", en: "This rule on this host" }
    /// A choice.
    waiver_all_hosts() { ja: "すべての機器のこの規則", en: "This rule on every host" }
    /// A field.
    waiver_reason() { ja: "すぐに是正できない理由", en: "Why it cannot be repaired now" }
    /// A field.
    waiver_compensation() { ja: "代わりに行う対策", en: "What is done in its place" }
    /// Help of the field.
    waiver_compensation_help() { ja: "例: 社内ネットワークから切り離し、週1回の手動確認を行う", en: "Such as: taken off the network, checked by hand each week" }
    /// A field.
    waiver_until() { ja: "期限", en: "Until" }
    /// Help of the field.
    waiver_until_help() { ja: "この日まで有効です(最長1年)。例: 2027-03-31", en: "The last day it holds, at most a year from now: 2027-03-31" }
    /// It is no day in time.
    waiver_until_bad() { ja: "今日から1年以内の日付を記入してください。例: 2027-03-31", en: "Write a day within a year from today, such as 2027-03-31." }
    /// It is empty.
    waiver_text_empty() { ja: "記入してください。", en: "Fill this in." }
    /// The act.
    waiver_ask_do() { ja: "申請する", en: "Ask" }
    /// The act.
    waiver_grant() { ja: "承認する", en: "Grant" }
    /// The act.
    waiver_refuse() { ja: "却下する", en: "Refuse" }
    /// The act.
    waiver_end() { ja: "終了する", en: "End it" }
    /// The act.
    waiver_withdraw() { ja: "申請を取り下げる", en: "Withdraw" }
    /// State.
    waiver_waiting() { ja: "承認待ち", en: "Waiting" }
    /// State.
    waiver_in_force() { ja: "有効", en: "In force" }
    /// State.
    waiver_over() { ja: "期限切れ", en: "Over" }
    /// State.
    waiver_ended() { ja: "終了", en: "Ended" }
    /// State.
    waiver_refused() { ja: "却下", en: "Refused" }
    /// State.
    waiver_withdrawn() { ja: "取下げ", en: "Withdrawn" }
    /// Who asked.
    waiver_asked_by(person: &str) { ja: "申請: {person}", en: "Asked for by {person}" }
    /// Who decided.
    waiver_decided_by(person: &str) { ja: "判断: {person}", en: "Decided by {person}" }
    /// Nobody grants their own.
    waiver_own() { ja: "自分の申請は自分では承認できません。別の責任者に依頼してください。", en: "Nobody grants their own request. Ask another approver." }
    /// How a drift ended.
    drift_resolved_waived() { ja: "例外承認", en: "Waived" }
    /// Done.
    done_waiver_asked() { ja: "例外承認を申請しました。別の責任者の判断を待っています。", en: "Asked for. It waits for another person's decision." }
    /// Done.
    done_waiver_decided() { ja: "申請を処理しました。", en: "Decided." }
    /// Done.
    done_waiver_ended() { ja: "例外承認を終了しました。", en: "The waiver has ended." }
}
