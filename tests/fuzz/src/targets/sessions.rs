//! Records of who is and was signed in.

use tenken_agent::collect::accounts::utmp::Layout;
use tenken_agent::collect::sessions::list::List;
use tenken_agent::collect::sessions::{logind, past, wtmpdb};

use super::now;

pub(super) fn records(data: &[u8]) {
    for layout in [Layout::of(data), Some(Layout::Compact), Some(Layout::Wide)].into_iter().flatten() {
        let mut past = past::Past::default();
        past.add(data, layout);
        assert!(past.broken() <= data.len() / layout.record_bytes() + 1);
        let sessions = past.finish();
        assert!(sessions.len() <= data.len() / layout.record_bytes());
        assert!(sessions.iter().all(|session| session.ended.is_none_or(|ended| ended >= session.started)));
        let mut list = List::default();
        list.add_past(sessions.clone());
        list.add_present(past::present(data, layout));
        list.add_past(sessions);
        let (kept, _left_out) = list.finish(now());
        assert!(kept.is_sorted_by(|one, other| one.started >= other.started));
    }
}

pub(super) fn files(data: &[u8]) {
    let _session = logind::session(data);
    if let Ok(found) = wtmpdb::sessions(data) {
        assert!(found.sessions.iter().all(|session| session.ended.is_none_or(|ended| ended >= session.started)));
    }
}
