use proptest::prelude::*;

use super::*;
use crate::collect::accounts::passwd;

fn people() -> People {
    let passwd = "root:x:0:0::/root:/bin/sh\nhanako:x:1000:1000::/h:/bin/sh\ntaro:x:1001:1001::/t:/bin/sh\n";
    People::of(passwd::parse(passwd.as_bytes()).unwrap().entries)
}

fn at(seconds: i64) -> Instant {
    Instant::from_timestamp(1_795_136_400 + seconds, 0).unwrap()
}

fn event(seconds: i64, what: What) -> Event {
    Event { at: at(seconds), what, process: 7, actor: Actor::default(), times: 1 }
}

fn failed(seconds: i64, account: &str, way: SignInWay, attempt: Attempt) -> Event {
    event(seconds, What::Failed { account: account.into(), source: "192.0.2.7".into(), way, attempt })
}

fn set(seconds: i64, account: &str, how: PasswordWay) -> Event {
    event(seconds, What::PasswordSet { account: Named::Name(account.into()), how })
}

fn rows(events: &[Event]) -> Rows {
    fold(events, &people(), at(3_600))
}

fn count(events: &[Event]) -> i64 {
    rows(events).failed_sign_ins.iter().map(|row| row.count).sum()
}

#[test]
fn an_attempt_is_counted_once() {
    use Attempt::{Again, Failed, Left};
    use SignInWay::Ssh;
    assert_eq!(count(&[failed(0, "", Ssh, Left), failed(1, "", Ssh, Failed), failed(2, "", Ssh, Left)]), 1);
    assert_eq!(count(&[failed(0, "", Ssh, Left), failed(2, "", Ssh, Left)]), 1, "it came and went");
    assert_eq!(count(&[failed(0, "", Ssh, Left), failed(2_000, "", Ssh, Left)]), 2, "another process");
    assert_eq!(count(&[failed(0, "taro", Ssh, Failed), failed(1, "taro", Ssh, Failed)]), 2);
    assert_eq!(count(&[failed(0, "taro", Ssh, Failed), failed(0, "taro", Ssh, Again)]), 1, "said twice");
    assert_eq!(count(&[failed(0, "taro", Ssh, Again), failed(1, "taro", Ssh, Failed)]), 1, "in either order");
    assert_eq!(
        count(&[failed(0, "taro", Ssh, Failed), failed(9, "taro", Ssh, Again)]),
        1,
        "that process says it each time"
    );
    assert_eq!(count(&[failed(0, "taro", Ssh, Again), failed(1, "taro", Ssh, Again)]), 2, "the only ones");
    let other = Event { process: 8, ..failed(0, "taro", Ssh, Again) };
    assert_eq!(count(&[failed(0, "taro", Ssh, Failed), other]), 2, "of another process");
    let mut unnumbered = [failed(0, "", Ssh, Left), failed(2, "", Ssh, Left)];
    for event in &mut unnumbered {
        event.process = 0;
    }
    assert_eq!(count(&unnumbered), 2);
    let mut several = failed(0, "taro", Ssh, Failed);
    several.times = 5;
    assert_eq!(count(&[several]), 5);
}

#[test]
fn names_of_no_account_are_none() {
    let names = |events: &[Event]| -> Vec<Option<String>> {
        rows(events).failed_sign_ins.into_iter().map(|row| row.account).collect()
    };
    let typed = failed(0, "Pa55w0rd", SignInWay::Console, Attempt::Failed);
    assert_eq!(names(std::slice::from_ref(&typed)), [None]);
    assert_eq!(names(&[failed(0, "taro", SignInWay::Console, Attempt::Failed)]), [Some("taro".into())]);
    let of_directory = event(-9, What::SignedIn { account: "Pa55w0rd".into() });
    assert_eq!(names(&[of_directory, typed]), [Some("Pa55w0rd".into())], "somebody of that name signed in");
    let refused = What::Elevated {
        way: ElevationWay::Su,
        account: "taro".into(),
        target: "Pa55w0rd".into(),
        granted: false,
        administers: Administers::Nothing,
    };
    let told = rows(&[event(0, refused)]);
    assert_eq!((told.elevations[0].account.as_deref(), told.elevations[0].target.as_deref()), (Some("taro"), None));
    let long = "x".repeat(65);
    assert_eq!(names(&[failed(0, &long, SignInWay::Ssh, Attempt::Failed)]), [None]);
    assert_eq!(names(&[failed(0, "a\u{1b}b", SignInWay::Ssh, Attempt::Failed)]), [None]);
}

#[test]
fn who_set_a_password() {
    use PasswordWay::{Chpasswd, Other, Passwd, Usermod};
    let by = |event: Event| {
        let row = rows(&[event]).passwords_set.remove(0);
        (row.by, row.by_another.measured().copied())
    };
    let with =
        |account: &str, how, user, signed_in| by(Event { actor: Actor::new(user, signed_in), ..set(0, account, how) });
    let hanako = || Some("hanako".to_owned());
    let taro = || Some("taro".to_owned());
    for (account, how, user, signed_in, expected) in [
        ("taro", Passwd, None, None, (None, None)),
        ("taro", Passwd, Some(1_001), Some(1_001), (taro(), Some(false))),
        ("taro", Passwd, Some(1_001), Some(1_000), (taro(), Some(false))),
        ("taro", Passwd, Some(0), Some(1_000), (hanako(), Some(true))),
        ("taro", Passwd, Some(0), Some(1_001), (taro(), Some(false))),
        ("taro", Passwd, Some(0), None, (None, Some(true))),
        ("taro", Passwd, Some(0), Some(u32::MAX), (None, Some(true))),
        ("root", Passwd, Some(0), Some(1_000), (hanako(), Some(false))),
        ("taro", Chpasswd, None, None, (None, None)),
        ("taro", Usermod, None, None, (None, None)),
        ("taro", Chpasswd, Some(0), None, (None, Some(true))),
        ("taro", Usermod, Some(0), Some(4_321), (Some("4321".into()), Some(true))),
        ("taro", Other, None, None, (taro(), Some(false))),
        ("taro", Other, Some(0), Some(1_001), (taro(), Some(false))),
        ("taro", Other, Some(0), Some(1_000), (hanako(), Some(true))),
        ("gone", Passwd, Some(0), Some(0), (Some("root".into()), Some(true))),
    ] {
        assert_eq!(with(account, how, user, signed_in), expected, "{account} {how:?} {user:?} {signed_in:?}");
    }
}

#[test]
fn sudo_before_it_explains_who() {
    use PasswordWay::{Chpasswd, Passwd, Usermod};
    let ran = |seconds, account: &str, granted, administers| {
        let (way, account, target) = (ElevationWay::Sudo, account.to_owned(), "root".to_owned());
        event(seconds, What::Elevated { way, account, target, granted, administers })
    };
    let of = |how, of: Option<&str>| Administers::Password { how, of: of.map(str::to_owned) };
    let sudo = |seconds, account: &str, whose: &str| ran(seconds, account, true, of(Passwd, Some(whose)));
    let by = |events: &[Event]| {
        let row = rows(events).passwords_set.remove(0);
        (row.by, row.by_another.measured().copied())
    };
    let hanako = || Some("hanako".to_owned());
    assert_eq!(by(&[sudo(0, "hanako", "taro"), set(20, "taro", Passwd)]), (hanako(), Some(true)));
    assert_eq!(by(&[sudo(0, "hanako", "hanako"), set(20, "hanako", Passwd)]), (hanako(), Some(false)));
    assert_eq!(by(&[sudo(0, "hanako", "taro"), set(700, "taro", Passwd)]), (None, None));
    assert_eq!(by(&[ran(0, "hanako", false, Administers::Nothing), set(20, "taro", Passwd)]), (None, None));
    assert_eq!(by(&[set(20, "taro", Passwd), sudo(30, "hanako", "taro")]), (None, None));
    assert_eq!(by(&[sudo(0, "taro", "jiro"), set(20, "taro", Passwd)]), (None, None), "of jiro, not of taro");
    assert_eq!(
        by(&[sudo(0, "hanako", "taro"), sudo(9, "taro", "jiro"), set(20, "taro", Passwd)]),
        (hanako(), Some(true))
    );
    assert_eq!(by(&[sudo(0, "hanako", "taro"), set(20, "taro", Chpasswd)]), (None, None), "another program");
    assert_eq!(by(&[sudo(0, "hanako", "taro"), set(20, "taro", Usermod)]), (None, None), "another program");
    let of_anybody = || ran(0, "hanako", true, of(Chpasswd, None));
    assert_eq!(by(&[of_anybody(), set(20, "taro", Chpasswd)]), (hanako(), Some(true)));
    assert_eq!(by(&[of_anybody(), set(20, "taro", Passwd)]), (None, None), "another program");
    let hashed = ran(0, "hanako", true, of(Usermod, Some("taro")));
    assert_eq!(by(&[hashed, set(20, "taro", Usermod)]), (hanako(), Some(true)));
    for how in [Passwd, Chpasswd] {
        let other = ran(0, "hanako", true, Administers::Accounts);
        assert_eq!(by(&[other, set(20, "taro", how)]), (None, None), "sudo ran groupadd");
    }
}

#[test]
fn what_is_no_name_is_in_no_row() {
    let named = |name: &str| Named::Name(name.to_owned());
    let changed = |account: &str, group: &str, by: &str| {
        let kind = AccountChangeKind::MemberAdded;
        let (account, group, by) = (Some(named(account)), Some(group.to_owned()), Some(by.to_owned()));
        event(0, What::Changed { kind, account, group, by })
    };
    for name in ["a\u{1b}[2Jb", &"x".repeat(65), ""] {
        let opened = event(0, What::SftpOpened { account: name.into() });
        let of =
            [set(0, name, PasswordWay::Passwd), changed(name, "sudo", "root"), changed("taro", name, "root"), opened];
        let told = rows(&of);
        assert_eq!((told.passwords_set.len(), told.changes.len(), told.transfers.len()), (0, 0, 0), "{name}");
        assert_eq!(rows(&[changed("taro", "sudo", name)]).changes[0].by, None, "{name}");
    }
    assert_eq!(rows(&[changed("taro", "sudo", "hanako")]).changes[0].by.as_deref(), Some("hanako"));
}

#[test]
fn a_worse_day_before_hides_none() {
    let day = |days: i64, times| Event { times, ..failed(-days * 86_400, "taro", SignInWay::Ssh, Attempt::Failed) };
    let told = rows(&[day(10, 9), day(8, 7), day(5, 4_000), day(1, 150), day(0, 3)]);
    let of_taro = told.most_failed.iter().filter(|row| row.of == FailedOf::Account);
    assert_eq!(of_taro.map(|row| row.count).collect::<Vec<_>>(), [3, 150, 4_000, 7]);
    let many: Vec<Event> = (0..200_i64)
        .map(|number| {
            let source = format!("10.0.{}.{}", number % 2, number);
            let what = What::Failed { account: String::new(), source, way: SignInWay::Ssh, attempt: Attempt::Failed };
            Event { times: u32::try_from(number + 1).unwrap(), ..event(-(number % 2) * 86_400, what) }
        })
        .collect();
    let told = rows(&many);
    assert_eq!((told.most_failed.len(), told.most_failed[0].count, told.most_failed[50].count), (100, 199, 200));
}

#[test]
fn a_first_password_follows_its_account_within_the_hour() {
    let kind = AccountChangeKind::AccountAdded;
    let added = event(0, What::Changed { kind, account: Some(Named::Name("jiro".into())), group: None, by: None });
    for (seconds, account, expected) in
        [(0, "jiro", true), (3_600, "jiro", true), (3_601, "jiro", false), (-1, "jiro", false), (60, "taro", false)]
    {
        let told = rows(&[added.clone(), set(seconds, account, PasswordWay::Chpasswd)]);
        assert_eq!(told.passwords_set[0].first_issue, expected, "{seconds} {account}");
    }
}

proptest! {
    #[test]
    fn counts_are_kept(times in proptest::collection::vec((0_i64..10_000_000, 1_u32..5, 0_usize..3), 0..60)) {
        let names = ["taro", "hanako", "nobody"];
        let mut events: Vec<Event> = times
            .iter()
            .map(|(seconds, times, name)| Event {
                times: *times,
                ..failed(*seconds - 9_000_000, names[*name], SignInWay::Console, Attempt::Failed)
            })
            .collect();
        events.sort_by_key(|event| event.at);
        let told = rows(&events);
        let sum: i64 = told.failed_sign_ins.iter().map(|row| row.count).sum();
        prop_assert_eq!(sum, times.iter().map(|(_, times, _)| i64::from(*times)).sum::<i64>());
        prop_assert!(told.failed_sign_ins.iter().all(|row| row.first <= row.last && row.day <= row.first));
        prop_assert!(told.failed_sign_ins.iter().all(|row| row.account.as_deref() != Some("nobody")));
    }
}

#[test]
fn ones_own_passwords_push_nothing_off_that_another_set() {
    let by = |seconds: i64, user: u32| Event {
        actor: Actor { user: Some(user), signed_in: Some(user) },
        ..set(seconds, "hanako", PasswordWay::Passwd)
    };
    let mut events = vec![by(0, 0), by(1, 1001)];
    events.extend((2..=500).map(|seconds| by(seconds, 1000)));
    let told = rows(&events);
    assert_eq!((told.passwords_set.len(), told.left_out), (PASSWORDS_MAX, 101));
    let first: Vec<_> = told.passwords_set.iter().take(3).map(|row| (row.at, row.by_another.clone())).collect();
    let (another, own) = (Read::Measured(true), Read::Measured(false));
    assert_eq!(first, [(at(1), another.clone()), (at(0), another), (at(500), own)]);
}
