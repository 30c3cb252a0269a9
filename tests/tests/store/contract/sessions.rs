use tenken_dashboard::store::{HostSession, Store};

use super::{at, enrolled, id};
use crate::engines::Database;

pub(crate) async fn sessions_of_hosts_are_kept_once_with_their_end(store: &Store, _: &Database) {
    let (one, other) = (id("h-1"), id("h-2"));
    enrolled(store, &one, "a").await;
    enrolled(store, &other, "b").await;
    let session = |account: &str, started, ended: Option<i64>| HostSession {
        account: account.into(),
        terminal: "pts/0".into(),
        from: "10.8.0.7".into(),
        started: at(started),
        ended: ended.map(at),
        goes_on: ended.is_none(),
    };
    let mut transaction = store.write().await.unwrap();
    for known in [session("maint-suzuki", 10, None), session("maint-suzuki", 10, Some(20)), session("b", 30, None)] {
        transaction.keep_host_session(&one, &known).await.unwrap();
    }
    transaction.keep_host_session(&other, &session("maint-suzuki", 10, Some(20))).await.unwrap();
    transaction.save().await.unwrap();
    let mut transaction = store.write().await.unwrap();
    let kept = transaction.host_sessions(&one).await.unwrap();
    assert_eq!(kept, [session("b", 30, None), session("maint-suzuki", 10, Some(20))], "the newest first, each once");
    let between = transaction.host_sessions_between(at(10), at(30)).await.unwrap();
    assert_eq!(between.values().map(Vec::len).collect::<Vec<_>>(), [1, 1], "the end is not in it");
    transaction.forget_host_session(&one, &session("b", 30, None)).await.unwrap();
    assert_eq!(transaction.host_sessions(&one).await.unwrap(), [session("maint-suzuki", 10, Some(20))], "one alone");
    transaction.keep_host_session(&one, &session("b", 30, None)).await.unwrap();
    transaction.forget_host_sessions(at(30)).await.unwrap();
    transaction.save().await.unwrap();
    let mut transaction = store.read().await.unwrap();
    assert_eq!(transaction.host_sessions(&one).await.unwrap().len(), 1);
    assert!(transaction.host_sessions(&other).await.unwrap().is_empty());
}
