//! The pages of registers, signing in, settings and failures.

use std::collections::BTreeMap;

use tenken_model::Language;

use super::checklist::Rendered;
use super::{ago, chrome, host};
use crate::alert::AlertSettings;
use crate::auth::role::{Ability, Role};
use crate::identity::ProviderSettings;
use crate::packages::{AgentVersion, Listing, Package};
use crate::pages::authority::AuthorityView;
use crate::pages::enrol::{EnrolView, MadeTokenView, TokenRow};
use crate::pages::failure::FailureView;
use crate::pages::import::{ImportView, PreviewView};
use crate::pages::packages::PackagesView;
use crate::pages::pager::Pager;
use crate::pages::register::RegisterView;
use crate::pages::register_row::{RegisterRowView, RowRefused};
use crate::pages::settings::{SettingsView, Typed};
use crate::pages::sign_in::{FirstRunView, SignInView};
use crate::pages::versions::{self, VersionRow, VersionsView};
use crate::pages::{Chrome, enrol, failure, import, register, register_row, settings, sign_in};
use crate::registers::import::FileError;
use crate::registers::plan::{OpenRow, plan};
use crate::registers::{Definition, Names, Row, import as csv};
use crate::status::Patience;
use crate::store::Token;
use crate::store::{RegisterAct, RegisterEntry, RegisterRow};
use tenken_model::digest::Digest;

const ACCOUNTS: &str = "host,account,kind,owner,administrator,ends,note\n*,sato,person,SATO Hanako,true,,\n\
                        *,suzuki,person,SUZUKI Ichiro,false,,\nSV-KENSHIN01,vendor-a,maintenance,Example Systems,\
                        true,2027-03-31,\nSV-KENSHIN01,backup,service,SATO Hanako,false,,restic\n";
const FILE: &str = "host,account,kind,owner,administrator,ends\n*,sato,person,SATO Hanako,true,\n\
                    *,suzuki,person,TAKAHASHI Yui,true,2026-12-31\n*,ito,person,ITO Ken,false,\n";
const BROKEN: &str = "host,account,kind,owner,ends\n*,sato,person,SATO Hanako,31/12\n*,,boss,,\n*,sato,person,a,\n";

fn accounts() -> &'static Definition {
    Definition::by_slug("accounts").unwrap()
}

fn read(text: &str) -> csv::ReadFile {
    csv::read(accounts(), &Names::default(), text.as_bytes()).unwrap()
}

fn rows() -> Vec<RegisterRow> {
    let file = read(ACCOUNTS);
    let row = |(index, (_, row)): (usize, (u64, Row))| RegisterRow {
        id: i64::try_from(index).unwrap() + 1,
        row,
        revision: 1,
        created_at: ago(60 * 24 * 80),
        changed_at: ago(60 * 24 * 2),
        changed_by: "sato".into(),
        closed_at: (index == 3).then(|| ago(60)),
    };
    file.rows.into_iter().enumerate().map(row).collect()
}

pub(super) fn pages(language: Language) -> Vec<Rendered> {
    let at = |address: &str| chrome(language, address);
    let rows = rows();
    let shown = |rows: Vec<_>, search: &str, closed| RegisterView {
        definition: accounts(),
        pager: Pager::new("2", rows.len().max(1), rows.len() * 3, "/registers/accounts?page="),
        rows,
        search: search.into(),
        closed,
    };
    let viewer = Chrome {
        person: Some(crate::pages::Person { name: "ito".into(), role: Role::Viewer }),
        ..at("/registers/accounts/1")
    };
    vec![
        ("register", register::render(&shown(rows.iter().collect(), "", true), &at("/registers/accounts"))),
        ("register_none", register::render(&shown(Vec::new(), "", false), &at("/registers/accounts"))),
        ("register_nothing", register::render(&shown(Vec::new(), "zz", false), &at("/registers/accounts"))),
        ("row", row(&rows, 0, None, &at("/registers/accounts/1"))),
        ("row_viewer", row(&rows, 0, None, &viewer)),
        ("row_conflict", row(&rows, 2, Some(RowRefused::Conflict), &at("/registers/accounts/3"))),
        ("row_new", new_row(&at("/registers/accounts/new"))),
        ("import", import::render(&ImportView { definition: accounts(), error: None }, &at("/registers"))),
        ("import_refused", import::render(&refused(), &at("/registers"))),
        ("preview", preview(&rows, FILE, &at("/registers"))),
        ("preview_errors", preview(&rows, BROKEN, &at("/registers"))),
        ("preview_nothing", preview(&rows, ACCOUNTS, &at("/registers"))),
    ]
}

fn refused() -> ImportView {
    ImportView { definition: accounts(), error: Some(FileError::UnknownHeading("password".into())) }
}

fn row(rows: &[RegisterRow], index: usize, refused: Option<RowRefused>, chrome: &Chrome) -> askama::Result<String> {
    let entry = |act, index: usize| RegisterEntry {
        at: ago(60 * 24 * 2),
        person: "sato".into(),
        act,
        row: rows[index].row.clone(),
    };
    let history = [entry(RegisterAct::Changed, 0), entry(RegisterAct::Added, 1)];
    let view = RegisterRowView {
        definition: accounts(),
        row: Some(&rows[index]),
        revision: Some(1),
        typed: refused.map(|_| [("owner", "ITO Ken".to_owned()), ("ends", "2027-03-31".to_owned())].into()),
        errors: Vec::new(),
        refused,
        history: history.iter().collect(),
        names: &Names::default(),
        referring: &[],
        referring_left: 0,
        sessions: None,
        approval: None,
    };
    register_row::render(&view, chrome)
}

fn new_row(chrome: &Chrome) -> askama::Result<String> {
    let typed: BTreeMap<&str, String> =
        [("account", ""), ("kind", "maintenance"), ("owner", "Example Systems"), ("ends", "31/12")]
            .map(|(name, text)| (name, text.to_owned()))
            .into();
    let errors = Row::read(accounts(), |column| typed.get(column.name).cloned()).unwrap_err();
    let view = RegisterRowView {
        definition: accounts(),
        row: None,
        revision: None,
        typed: Some(typed),
        errors,
        refused: None,
        history: Vec::new(),
        names: &Names::default(),
        referring: &[],
        referring_left: 0,
        sessions: None,
        approval: None,
    };
    register_row::render(&view, chrome)
}

fn preview(rows: &[RegisterRow], text: &str, chrome: &Chrome) -> askama::Result<String> {
    let file = read(text);
    let open: Vec<OpenRow> = rows.iter().map(|row| OpenRow { id: row.id, row: row.row.clone() }).collect();
    let plan = plan(accounts(), &file, &open);
    let view =
        PreviewView { definition: accounts(), file: &file, plan: &plan, content: "aG9zdA==", stale: text == FILE };
    import::render_preview(&view, chrome)
}

fn provider_settings() -> ProviderSettings {
    let text = "issuer: https://login.example.jp/realms/agency\nclient_id: tenken\n\
                name: {ja: 院内アカウント, en: the agency account}\ndashboard: https://tenken.example.jp:7742\n";
    ProviderSettings::read("provider.yaml", text).unwrap()
}

pub(super) fn doors(language: Language) -> Vec<Rendered> {
    let outside = |address: &str| Chrome { person: None, ..chrome(language, address) };
    let wrong = SignInView {
        name: "sato".into(),
        next: "/items/technical.9".into(),
        error: Some(language.sign_in_wrong()),
        provider: Some(super::accounts::provider(language)),
    };
    let first = FirstRunView { key: Some("secret".into()), ..FirstRunView::default() };
    let weak = FirstRunView {
        name: "a b".into(),
        name_error: Some(language.user_name_invalid()),
        password_error: Some(language.password_short(12)),
        again_error: Some(language.password_differs()),
        ..first.clone()
    };
    let one = MadeTokenView {
        until: ago(-60 * 24),
        hosts: 1,
        dashboard: "https://tenken.example.jp:8443".into(),
        token: "tenken1.3q2b5cV4m8yXc0aJ7rT1kE9wLz6uHn2pQvGdSfMbRtY.\
                9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
            .into(),
    };
    let many = EnrolView {
        made: Some(MadeTokenView { hosts: 50, ..one.clone() }),
        tokens: tokens(),
        packages: packages(),
        ..EnrolView::default()
    };
    let made = EnrolView { made: Some(one), packages: packages(), authority: authority(), ..EnrolView::default() };
    let typed_hosts = |hosts: &str, hours: &str| enrol::Typed { hosts: Some(hosts.into()), hours: Some(hours.into()) };
    let typed_wrong = EnrolView { typed: typed_hosts("501", "24"), ..EnrolView::default() };
    let unclear = EnrolView { typed: typed_hosts("50", "x"), tokens: tokens(), ..EnrolView::default() };
    let versions = versions(&[Some("0.2.0"), Some("0.1.0"), Some("0.3.0"), Some("mine"), None]);
    let set = |mail_server: Option<&str>| SettingsView {
        mail_server: mail_server.map(str::to_owned),
        recipients: vec!["anzen@example.jp".into(), "sato@example.jp".into()],
        alerts: AlertSettings::default(),
        patience: Patience::default(),
        refused: None,
        report_url: "https://tenken.example.jp:8443".into(),
        provider: mail_server.map(|_| provider_settings()),
        authority: authority(),
        version: "0.1.0".into(),
    };
    let typed = Typed {
        digest: "soon".into(),
        monthly: "32".into(),
        escalate: "0".into(),
        server_minutes: "1".into(),
        pc_days: "x".into(),
    };
    let refused = SettingsView { refused: Some(typed), ..set(Some("mail.example.jp:587")) };
    let at = |address: &str| chrome(language, address);
    vec![
        ("sign_in", sign_in::render(&SignInView::default(), &outside("/sign-in"))),
        ("sign_in_wrong", sign_in::render(&wrong, &outside("/sign-in"))),
        ("first_run", sign_in::render_first_run(&first, &outside("/first-run"))),
        ("first_run_weak", sign_in::render_first_run(&weak, &outside("/first-run"))),
        ("first_run_over", sign_in::render_first_run(&FirstRunView::default(), &outside("/first-run"))),
        ("enrol", enrol::render(&EnrolView::default(), &at("/hosts/new"))),
        ("enrol_made", enrol::render(&made, &at("/hosts/new"))),
        ("enrol_made_for_many", enrol::render(&many, &at("/hosts/new"))),
        ("enrol_wrong", enrol::render(&typed_wrong, &at("/hosts/new"))),
        ("enrol_unclear", enrol::render(&unclear, &at("/hosts/new"))),
        ("versions", versions::render(&versions, &at("/hosts/versions"))),
        ("versions_none", versions::render(&VersionsView::default(), &at("/hosts/versions"))),
        ("settings", settings::render(&set(Some("mail.example.jp:587")), &at("/settings"))),
        ("settings_refused", settings::render(&refused, &at("/settings"))),
        ("settings_no_mail", settings::render(&set(None), &at("/settings"))),
    ]
}

/// Tokens for many hosts, in every state.
fn tokens() -> Vec<TokenRow> {
    let token = |id: i64, used: u32, until: i64| Token {
        id,
        made_at: ago(60 * 24),
        made_by: "sato".into(),
        until: ago(until),
        hosts: 50,
        used,
        withdrawn: None,
    };
    let came =
        (1..4).map(|number| (host(&format!("h-{number}")), format!("PC-JIMU{number:02}"), ago(60 * number))).collect();
    let withdrawn = Token { withdrawn: Some((ago(9), "ito".into())), ..token(1, 2, -60) };
    let row = |token: Token| TokenRow { token, hosts: Vec::new() };
    vec![
        TokenRow { token: token(4, 3, -60), hosts: came },
        row(token(3, 50, -60)),
        row(token(2, 1, 60)),
        row(withdrawn),
    ]
}

/// What is handed out: two versions, as a repository that nobody signed.
fn packages() -> PackagesView {
    let package = |name: &str| Package {
        name: name.into(),
        bytes: 2_345_678,
        digest: Digest::of(name.as_bytes()),
        version: AgentVersion::of_package(name),
    };
    let packages =
        ["tenken-agent_0.2.0_amd64.deb", "tenken-agent-0.2.0.msi", "tenken-agent_0.1.0_amd64.deb"].map(package).into();
    let listing = Listing { packages, left: 3, is_repository: false };
    PackagesView { base: "https://tenken.example.jp:8443".into(), listing: Some(listing), unread: false }
}

fn authority() -> AuthorityView {
    AuthorityView { fingerprint: ["3F"; 32].join(":"), until: Some(ago(-60 * 24 * 3_650)) }
}

fn versions(found: &[Option<&str>]) -> VersionsView {
    let named = vec![(host("PC-JIMU01"), "PC-JIMU01".to_owned()), (host("PC-JIMU02"), "PC-JIMU02".to_owned())];
    let row =
        |version: Option<&str>| VersionRow { version: version.map(str::to_owned), count: 7, hosts: named.clone() };
    VersionsView { rows: found.iter().copied().map(row).collect(), packages: packages(), authority: authority() }
}

pub(super) fn failures(language: Language) -> Vec<Rendered> {
    let of = |view| failure::render(&view, &chrome(language, "/"));
    vec![
        ("failure_not_found", of(FailureView::NotFound)),
        ("failure_forbidden", of(FailureView::Forbidden(Ability::Approve))),
        ("failure_no_second_factor", of(FailureView::NoSecondFactor)),
        ("failure_unconfirmed", of(FailureView::Unconfirmed("/people/1".into()))),
        ("failure_cross_site", of(FailureView::CrossSite)),
        ("failure_method", of(FailureView::Method)),
        ("failure_conflict", of(FailureView::Conflict)),
        ("failure_input", of(FailureView::Input)),
        ("failure_too_large", of(FailureView::TooLarge)),
        ("failure_internal", of(FailureView::Internal("7f3c91".into()))),
    ]
}
