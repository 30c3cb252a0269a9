//! Who can sign in, how, as what, and when they last did.

use tenken_agent::collect::accounts::sudoers::grant::{Place, Rules, Subject};
use tenken_agent::collect::accounts::utmp::SignIns;
use tenken_agent::collect::accounts::{
    authorized_keys, group, lastlog, login_defs, passwd, polkit, shadow, shells, sign_in_databases, sudoers, utmp,
};
use tenken_agent::collect::sqlite;

use super::now;

pub(super) fn files(data: &[u8]) {
    let lines = data.split(|byte| *byte == b'\n').count();
    if let Ok(passwd) = passwd::parse(data) {
        assert!(passwd.entries.len() + passwd.malformed + passwd.network_lines <= lines);
        for entry in &passwd.entries {
            let _interactive = shells::interactive(&entry.shell);
        }
    }
    if let Ok(entries) = shadow::parse(data) {
        assert!(entries.len() <= lines);
        for entry in entries.values() {
            let _told = (entry.changed(), entry.max_age(), entry.expires(), entry.expired(now()));
        }
    }
    let groups = group::parse(data);
    assert!(groups.rows.len() + groups.cut <= lines);
    let shadows = group::parse_shadow(data);
    assert!(shadows.rows.len() + shadows.cut <= lines);
    let _minimum = login_defs::uid_min(data);
    assert!(shells::parse(data).iter().all(|shell| shell.starts_with('/')));
}

pub(super) fn sudoers(data: &[u8]) {
    let statements = sudoers::parse(data);
    assert!(statements.len() <= data.len() + 1);
    let rules = Rules::of(statements);
    let groups = [(27, "sudo".to_owned()), (1_000, "sato".to_owned())];
    let subject = Subject { name: "sato", uid: 1_000, groups: &groups };
    let (names, shells) = (["sv1.example.jp".to_owned()], ["/bin/bash".to_owned()]);
    let given = rules.given(&subject, &Place { host_names: &names, shells: &shells });
    assert!(given.by.iter().map(String::len).sum::<usize>() <= 3 * data.len());
    let _elsewhere = rules.given(&subject, &Place { host_names: &[], shells: &[] });
}

pub(super) fn authorized_keys(data: &[u8]) {
    let keys = authorized_keys::live_keys(data, now());
    assert!(keys <= data.split(|byte| *byte == b'\n').count());
}

pub(super) fn polkit(data: &[u8]) {
    for identities in [polkit::rules(data), polkit::configuration(data)].into_iter().flatten() {
        assert!(identities.len() <= data.len());
    }
}

pub(super) fn sign_in_records(data: &[u8]) {
    for layout in [utmp::Layout::of(data), Some(utmp::Layout::Compact), Some(utmp::Layout::Wide)].into_iter().flatten()
    {
        let mut sign_ins = SignIns::default();
        sign_ins.add(data, layout);
        assert!(sign_ins.newest.len() + sign_ins.unsound <= data.len() / layout.record_bytes() + 1);
        for (name, at) in &sign_ins.newest {
            assert!(sign_ins.of(name) >= Some(*at));
        }
    }
    let size = u64::try_from(data.len()).unwrap_or(u64::MAX);
    let _layout = lastlog::Layout::of(size, utmp::Layout::of(data));
    for layout in [lastlog::Layout::Compact, lastlog::Layout::Wide] {
        let _last = layout.last_sign_in(data);
    }
}

pub(super) fn sign_in_databases(data: &[u8]) {
    for name in ["Lastlog2", "wtmp"] {
        if let Ok(table) = sqlite::table(data, name) {
            let texts = table.rows.iter().flatten().map(|value| match value {
                sqlite::Value::Text(text) => text.len(),
                sqlite::Value::Null | sqlite::Value::Integer(_) | sqlite::Value::Bytes(_) => 0,
            });
            // A byte that is no UTF-8 becomes three.
            assert!(texts.sum::<usize>() <= 3 * data.len());
        }
    }
    let mut sign_ins = SignIns::default();
    let _added = sign_in_databases::add_lastlog2(&mut sign_ins, data);
    let _added = sign_in_databases::add_wtmpdb(&mut sign_ins, data);
}
