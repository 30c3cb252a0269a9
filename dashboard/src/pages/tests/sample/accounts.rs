//! The pages of people, of one's own account, of codes, and the audit log.

use tenken_model::digest::Digest;
use tenken_model::{Instant, Language};

use super::checklist::Rendered;
use super::{ago, chrome};
use crate::auth::recovery::{self, RecoveryCode, Typed};
use crate::auth::role::Role;
use crate::auth::session::Times;
use crate::auth::totp::Key;
use crate::pages::account::{self, AccountErrors, AccountView, SessionRow};
use crate::pages::audit::{self, AuditView};
use crate::pages::audit_package::{self, AuditPackageView};
use crate::pages::code::{self, CodeView, Purpose};
use crate::pages::join::{self, JoinView};
use crate::pages::leaving::{self, LeavingView};
use crate::pages::people::{self, InvitedView, NewPersonView, PeopleView, PersonRow};
use crate::pages::person::{self, PersonView};
use crate::pages::second_factor::{self, Asked, MadeBy, SecondFactorView};
use crate::pages::{Chrome, Notice, Person};
use crate::store::{AuditEntry, AuditHead, Identity, User};

fn user(id: i64, name: &str, role: Role) -> User {
    User {
        id,
        name: name.into(),
        role,
        password: Some("$argon2id$x".into()),
        email: Some(format!("{name}@example.jp")),
        language: None,
        second_factor: Some(ago(60 * 24 * 9)),
        identity: None,
        created_at: ago(60 * 24 * 30),
        disabled_at: None,
        last_sign_in: Some(ago(90)),
    }
}

fn bare(id: i64, name: &str, role: Role) -> User {
    User { password: None, email: None, second_factor: None, last_sign_in: None, ..user(id, name, role) }
}

/// What people call the identity provider.
pub(super) fn provider(language: Language) -> String {
    let (ja, en) = ("院内アカウント", "the agency account");
    if language == Language::Japanese { ja.into() } else { en.into() }
}

/// The person, bound to an account of the identity provider.
fn bound(person: User) -> User {
    let identity = Identity {
        issuer: "https://login.example.jp/realms/agency".into(),
        subject: "6f9c".into(),
        account: format!("{}@example.jp", person.name),
        bound_at: ago(60 * 24 * 3),
    };
    User { identity: Some(identity), ..person }
}

fn row(person: &User, invited_until: Option<Instant>) -> PersonRow<'_> {
    PersonRow { person, invited_until, myself: person.id == 1 }
}

pub(super) fn pages(language: Language) -> Vec<Rendered> {
    let at = |address: &str| chrome(language, address);
    let auditor = |address: &str| Chrome {
        person: Some(Person { name: "kansa".into(), role: Role::Auditor }),
        ..chrome(language, address)
    };
    let left = User { disabled_at: Some(ago(60 * 24)), ..user(5, "kato", Role::Viewer) };
    let (sato, ito) = (user(1, "sato", Role::Admin), bare(2, "ito", Role::Officer));
    let abe = bare(3, "abe", Role::Approver);
    let endo = bound(bare(6, "endo", Role::Viewer));
    let (endo, kansa) = (row(&endo, None), user(4, "kansa", Role::Auditor));
    let all = [
        row(&abe, Some(ago(9))),
        row(&ito, Some(ago(-900))),
        endo,
        row(&kansa, None),
        row(&left, None),
        row(&sato, None),
    ];
    let list = PeopleView { people: all.to_vec() };
    let one =
        |row, confirmed, typed: Option<&str>| PersonView { row, confirmed, typed_email: typed.map(str::to_owned) };
    let wrong = NewPersonView {
        name: "a b".into(),
        email: "nobody".into(),
        name_error: Some(language.user_name_invalid()),
        role_error: Some(language.choose_one()),
        email_error: Some(language.email_invalid()),
        ..NewPersonView::default()
    };
    let invited = InvitedView {
        person: 2,
        name: "ito".into(),
        address: format!("https://tenken.example.jp:8443/join?key={}", "a".repeat(43)),
        until: ago(-60 * 24 * 7),
    };
    let refused = Some(Notice::Refused(language.people_last_administrator()));
    vec![
        ("people", people::render(&list, &at("/people"))),
        ("people_auditor", people::render(&list, &auditor("/people"))),
        ("person", person::render(&one(all[1], true, None), &at("/people/2"))),
        ("person_wrong", person::render(&one(all[1], true, Some("x")), &Chrome { notice: refused, ..at("/people/2") })),
        ("person_myself", person::render(&one(all[5], true, None), &at("/people/1"))),
        ("person_disabled", person::render(&one(all[4], true, None), &at("/people/5"))),
        ("person_bound", person::render(&one(endo, true, None), &at("/people/6"))),
        ("person_unconfirmed", person::render(&one(all[0], false, None), &at("/people/3"))),
        ("person_auditor", person::render(&one(all[1], true, None), &auditor("/people/2"))),
        ("person_new", people::render_new(&NewPersonView::default(), &at("/people/new"))),
        ("person_new_wrong", people::render_new(&wrong, &at("/people/new"))),
        ("invited", people::render_invited(&invited, &at("/people/2"))),
    ]
}

pub(super) fn own(language: Language) -> Vec<Rendered> {
    let at = |address: &str| chrome(language, address);
    let outside = |address: &str| Chrome { person: None, ..chrome(language, address) };
    let (sato, ito) = (user(1, "sato", Role::Admin), bare(2, "ito", Role::Officer));
    let session = |minutes, confirmed, this| SessionRow {
        times: Times { opened: ago(minutes), used: ago(minutes / 9), confirmed, shown: None },
        this,
    };
    let view = AccountView {
        person: &sato,
        provider: None,
        sessions: vec![session(3, Some(ago(2)), true), session(300, None, false)],
        codes_left: 8,
        errors: AccountErrors::default(),
    };
    let errors = AccountErrors {
        typed_email: Some("ito".into()),
        present: Some(language.password_present_wrong()),
        password: Some(language.password_short(12)),
        again: Some(language.password_differs()),
        identity: Some(language.password_present_wrong()),
    };
    let ito = User { password: Some("$argon2id$x".into()), ..ito };
    let wrong = AccountView {
        person: &ito,
        sessions: vec![session(3, None, true)],
        codes_left: 0,
        provider: Some(provider(language)),
        errors,
    };
    let alone = User { password: None, ..bound(ito.clone()) };
    let by_password = bound(ito.clone());
    let of = |person| AccountView { person, errors: AccountErrors::default(), ..wrong.clone() };
    let leaving = LeavingView {
        provider: provider(language),
        address: "https://login.example.jp/authorize?client_id=tenken".into(),
    };
    let key = Key::from_text("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
    let address = key.address("Tenken", "sato", str::to_owned);
    let factor = SecondFactorView { key, address, code_error: None, password_error: None, asked: Asked::Password };
    let factor_shown = SecondFactorView { asked: Asked::Nothing, ..factor.clone() };
    let factor_unshown = SecondFactorView { asked: Asked::Provider(provider(language)), ..factor.clone() };
    let factor_wrong = SecondFactorView {
        address: "x".repeat(5_000),
        code_error: Some(language.code_wrong()),
        password_error: Some(language.password_present_wrong()),
        ..factor.clone()
    };
    let asked = |purpose, error: Option<String>| CodeView {
        purpose,
        next: "/people".into(),
        error,
        has_code: true,
        provider: (purpose == Purpose::Confirm).then(|| provider(language)),
    };
    let by_provider = CodeView { has_code: false, ..asked(Purpose::Confirm, Some(language.identity_told_stale())) };
    let invited = JoinView { invited: Some(("secret".into(), "ito".into())), ..JoinView::default() };
    let weak = JoinView {
        provider: Some(provider(language)),
        password_error: Some(language.password_short(12)),
        again_error: Some(language.password_differs()),
        ..invited.clone()
    };
    vec![
        ("account", account::render(&view, &at("/account"))),
        ("account_wrong", account::render(&wrong, &at("/account"))),
        ("account_bound", account::render(&of(&by_password), &at("/account"))),
        ("account_provider_alone", account::render(&of(&alone), &at("/account"))),
        ("leaving", leaving::render(&leaving, &outside("/sign-in"))),
        ("second_factor_shown", second_factor::render(&factor_shown, &at("/account/second-factor"))),
        ("second_factor_unshown", second_factor::render(&factor_unshown, &at("/account/second-factor"))),
        ("second_factor", second_factor::render(&factor, &at("/account/second-factor"))),
        ("second_factor_wrong", second_factor::render(&factor_wrong, &at("/account/second-factor"))),
        ("recovery_codes", second_factor::render_codes(&codes(), MadeBy::SetUp, &at("/account"))),
        ("recovery_codes_again", second_factor::render_codes(&codes(), MadeBy::Again, &at("/account"))),
        ("code", code::render(&asked(Purpose::SignIn, None), &outside("/sign-in/code"))),
        ("code_wrong", code::render(&asked(Purpose::SignIn, Some(language.code_wrong())), &outside("/sign-in/code"))),
        ("confirm_provider", code::render(&by_provider, &at("/confirm"))),
        ("confirm", code::render(&asked(Purpose::Confirm, None), &at("/confirm"))),
        ("join", join::render(&invited, &outside("/join"))),
        ("join_weak", join::render(&weak, &outside("/join"))),
        ("join_over", join::render(&JoinView::default(), &outside("/join"))),
    ]
}

/// Codes that stay the same, so that pages can be compared.
fn codes() -> Vec<RecoveryCode> {
    let code = |n: u8| match recovery::read(&format!("{}{}", "ABCDEFGHI", char::from(b'A' + n))) {
        Some(Typed::Recovery(code)) => code,
        other => panic!("no recovery code: {other:?}"),
    };
    (0..10).map(code).collect()
}

pub(super) fn audit(language: Language) -> Vec<Rendered> {
    let entry = |act: &str, subject: &str, detail: &str| AuditEntry {
        at: ago(7),
        person: "sato".into(),
        act: act.into(),
        subject: subject.into(),
        detail: detail.into(),
    };
    let entries = [
        (412, entry("role_changed", "ito", "役割 「閲覧」→「担当者」")),
        (411, entry("host_revoked", "h-3f", "PC-UKETSUKE3")),
        (410, entry("moon_landed", "x", "")),
    ];
    let head = AuditHead { entries: 412, digest: Digest::of(b"head") };
    let older = Some("/audit?before=410".to_owned());
    let newest = AuditView { head, entries: &entries, search: String::new(), before: None, older };
    let last = AuditView { before: Some(413), older: None, search: "ito".into(), ..newest.clone() };
    let none = AuditView { entries: &[], older: None, ..newest.clone() };
    let nothing = AuditView { search: "zz".into(), ..none.clone() };
    let at = |address: &str| chrome(language, address);
    let package = |declared| AuditPackageView { items: 90, declared };
    vec![
        ("audit_package", audit_package::render(&package(true), &at("/audit-package"))),
        ("audit_package_undeclared", audit_package::render(&package(false), &at("/audit-package"))),
        ("audit", audit::render(&newest, &at("/audit"))),
        ("audit_last", audit::render(&last, &at("/audit?q=ito&before=413"))),
        ("audit_none", audit::render(&none, &at("/audit"))),
        ("audit_nothing", audit::render(&nothing, &at("/audit?q=zz"))),
    ]
}
