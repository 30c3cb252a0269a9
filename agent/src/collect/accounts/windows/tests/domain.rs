//! Accounts of a domain on its controller, and administrators from elsewhere on its members.

use tenken_model::fact::accounts::MemberKind;

use super::*;
use crate::host::windows_api::{DomainAccounts, DomainGroup};

/// A controller that lists these accounts, whose Domain Admins are these.
fn controller(accounts: Vec<LocalAccount>, admins: &[&str]) -> Recording {
    let domain_admins = sid(512).to_string();
    let mut host =
        host(Vec::new(), vec![group(544, "Administrators", &[(&domain_admins, r"KENSHIN\Domain Admins", 2)])]);
    let product = RegistryValue { name: "ProductType".into(), data: RegistryData::Text("LanmanNT".into()) };
    let key = RegistryKey { values: vec![product], ..RegistryKey::default() };
    let options = RegistryPath::machine(r"SYSTEM\CurrentControlSet\Control\ProductOptions");
    host.windows.registry.insert(options, Answer::Given(key));
    host.windows.domain_accounts = Some(Answer::Given(DomainAccounts {
        accounts,
        controllers: vec!["DC1$".to_owned()],
        groups: vec![DomainGroup { sid: sid(512), members: admins.iter().map(|name| (*name).to_owned()).collect() }],
        ..DomainAccounts::default()
    }));
    host
}

fn change(host: &mut Recording, change: impl FnOnce(&mut DomainAccounts)) {
    let Some(Answer::Given(domain)) = &mut host.windows.domain_accounts else { panic!("no controller") };
    change(domain);
}

fn is_for(code: ReasonCode, read: &Read<bool>) -> bool {
    matches!(read, Read::NotRead(reason) if reason.code == code)
}

fn is_elsewhere(read: &Read<bool>) -> bool {
    is_for(ReasonCode::Elsewhere, read)
}

#[test]
fn a_controller_lists_the_accounts_of_people_of_its_domain() {
    let accounts = vec![
        local("krbtgt", 502, 0x202),
        local("krbtgt_22017", 1110, 0x202),
        local("svc-gmsa$", 1120, 0x1000),
        local("Guest", 501, 0x10223),
        local("tanaka", 1105, 0x200),
        local("kanri", 1104, 0x200),
    ];
    let mut found = fact(&controller(accounts, &["KANRI"]));
    let names: Vec<&str> = found.entries.iter().map(|account| account.name.as_str()).collect();
    assert_eq!(names, ["kanri", "tanaka", "Guest"], "administrators first, then those that open");
    assert_eq!(found.complete, Read::Measured(true));
    assert!(is_elsewhere(&found.administrators_complete), "groups within Domain Admins are not looked into");
    assert!(is_elsewhere(&found.one_password_policy));
    assert!(is_elsewhere(&found.sign_ins_complete), "a controller that only reads saw sign-ins of its own");
    let kanri = found.entries.remove(0);
    let by = format!(r"Administrators (S-1-5-32-544): KENSHIN\Domain Admins ({})", sid(512));
    assert_eq!((kanri.administrator, kanri.administrator_by), (Read::Measured(true), vec![by]));
    assert!(matches!(&kanri.password_max_age, Read::NotRead(reason) if reason.code == ReasonCode::Elsewhere));
    assert_eq!(found.entries[0].administrator, Read::Measured(false));
}

#[test]
fn a_name_that_looks_like_that_of_a_machine_hides_no_account() {
    let accounts = vec![
        local("PC-07$", 1120, 0x1000),
        local("OYA$", 1121, 0x820),
        local("support$", 1122, 0x200),
        local("krbtgt_4711", 1123, 0x200),
    ];
    let found = fact(&controller(accounts, &["support$"]));
    let told: Vec<_> =
        found.entries.iter().map(|account| (account.name.as_str(), account.administrator.clone())).collect();
    assert_eq!(told, [("support$", Read::Measured(true)), ("krbtgt_4711", Read::Measured(false))]);
}

#[test]
fn only_a_controller_that_is_alone_saw_every_sign_in() {
    let sign_ins = |with: fn(&mut DomainAccounts)| {
        let mut host = controller(vec![local("tanaka", 1105, 0x200)], &[]);
        change(&mut host, with);
        fact(&host).sign_ins_complete
    };
    assert_eq!(sign_ins(|_| {}), Read::Measured(true));
    assert!(is_elsewhere(&sign_ins(|domain| domain.controllers.push("DC2$".to_owned()))));
    assert!(is_for(ReasonCode::TooLarge, &sign_ins(|domain| domain.left_out = 1)));
    let here = fact(&host(vec![local("tanaka", 1001, 0x200)], administrators()));
    assert_eq!((here.sign_ins_complete, here.one_password_policy), (Read::Measured(true), Read::Measured(true)));
}

#[test]
fn what_was_cut_of_a_domain_or_is_trusted_by_it_is_not_complete() {
    let many = |count: u32| (0..count).map(|number| local(&format!("p{number}"), 2_000 + number, 0x200)).collect();
    assert_eq!(fact(&controller(many(500), &[])).complete, Read::Measured(true));
    let cut = fact(&controller(many(501), &["p500"]));
    assert_eq!((cut.entries.len(), cut.entries[0].name.as_str()), (500, "p500"), "who is an administrator is kept");
    assert!(is_for(ReasonCode::TooLarge, &cut.complete), "this host holds them");
    let mut unlisted = controller(many(1), &[]);
    change(&mut unlisted, |domain| domain.left_out = 1);
    let unlisted = fact(&unlisted);
    for read in [unlisted.complete, unlisted.administrators_complete] {
        assert!(is_for(ReasonCode::TooLarge, &read), "{read:?}");
    }
    let mut host = controller(many(1), &[]);
    change(&mut host, |domain| domain.trusted = vec!["OYA".to_owned()]);
    assert!(matches!(fact(&host).complete, Read::NotRead(reason) if reason.detail.contains("OYA")));
    host.windows.domain_accounts =
        Some(Answer::Refused(ReadError::new(ReadErrorKind::NotPermitted, "list accounts", "access is denied")));
    let refused = fact(&host);
    assert!(refused.entries.is_empty());
    for read in [refused.complete, refused.administrators_complete, refused.sign_ins_complete] {
        assert!(matches!(read, Read::NotRead(reason) if reason.code == ReasonCode::NotPermitted));
    }
}

#[test]
fn administrators_from_elsewhere_have_names_to_compare_with_a_register() {
    let groups = vec![
        group(
            544,
            "Administrators",
            &[
                ("S-1-5-21-1-2-3-512", r"KENSHIN\Domain Admins", 2),
                ("S-1-5-21-1-2-3-1604", r"KENSHIN\sato", 1),
                ("S-1-5-21-1-2-3-1605", r"KENSHIN\Tanaka", 1),
                ("S-1-5-21-1-2-3-1999", "", 6),
                ("S-1-12-1-1-2-3-4", "", 8),
                ("S-1-5-18", "", 5),
            ],
        ),
        group(551, "Backup Operators", &[("S-1-5-21-1-2-3-1604", r"KENSHIN\sato", 1)]),
    ];
    let found = fact(&host(vec![local("tanaka", 1001, 0x200)], groups));
    assert_eq!(found.administrators_complete, Read::Measured(true));
    let told: Vec<_> = found
        .outside_administrators
        .iter()
        .map(|member| (member.name.as_str(), member.account.as_str(), member.kind, member.administrator_by.len()))
        .collect();
    assert_eq!(
        told,
        [
            ("S-1-12-1-1-2-3-4", "S-1-12-1-1-2-3-4", MemberKind::Unknown, 1),
            (r"KENSHIN\sato", "sato", MemberKind::User, 2),
            (r"KENSHIN\Tanaka", r"KENSHIN\Tanaka", MemberKind::User, 1),
            (r"KENSHIN\Domain Admins", "Domain Admins", MemberKind::Group, 1),
        ],
        "the name alone of one is that of an account of this machine; one that was deleted is nobody"
    );
}
