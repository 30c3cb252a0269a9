//! A rule that somebody of the agency wrote and asks to be approved is told to those who approve, once for each time it is
//! asked.

use tenken_engine::Rule;
use tenken_model::{Instant, RuleId};

use crate::store::{
    MailBody, MailKind, NewMail, OwnRuleNews, OwnVersion, StoreError, Thread, Transaction, VersionState,
};

/// The mails about versions that wait for approval, written or not.
pub(super) async fn due_mails(transaction: &mut Transaction) -> Result<Vec<NewMail>, StoreError> {
    // Most agencies write no rule, and this is asked all the time.
    if transaction.own_rules_waiting().await?.is_empty() {
        return Ok(Vec::new());
    }
    Ok(transaction.newest_own_versions().await?.iter().filter_map(|(rule, version)| mail(rule, version)).collect())
}

fn mail(rule: &RuleId, version: &OwnVersion) -> Option<NewMail> {
    let (at, by) = asked(version)?;
    // Only what loads may be asked for; a newer Tenken may have become stricter since.
    let title = Rule::load(&format!("{rule}.yaml"), &version.written.text).ok()?.title;
    let news = OwnRuleNews { rule: rule.clone(), version: version.written.version, title, by: by.to_owned(), at };
    Some(NewMail {
        thread: Thread::OwnRule(rule.clone()),
        kind: MailKind::Waiting,
        round: u64::try_from(at.timestamp_millis()).unwrap_or_default(),
        body: MailBody::OwnRule(news),
        created_at: at,
        due: at,
    })
}

fn asked(version: &OwnVersion) -> Option<(Instant, &str)> {
    let asked = version.asked.as_ref().filter(|_| version.state == VersionState::Waiting);
    asked.map(|(at, by)| (*at, by.as_str()))
}

/// Whether the version still waits as it was asked for.
pub(super) async fn stands(transaction: &mut Transaction, news: &OwnRuleNews) -> Result<bool, StoreError> {
    let version = transaction.own_version(&news.rule, news.version).await?;
    Ok(version.is_some_and(|version| asked(&version).is_some_and(|(at, _)| at == news.at)))
}
