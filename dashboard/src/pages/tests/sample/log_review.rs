//! The monthly review of logs.

use tenken_engine::Checklist;
use tenken_model::digest::Digest;
use tenken_model::fact::account_events::{
    AccountChangeKind, ElevationWay, EventPart, NetworkWay, NtlmVersion, PasswordWay,
};
use tenken_model::fact::logs::LogLossKind;
use tenken_model::{HostId, Instant, Language, ReasonCode, Size};

use super::checklist::Rendered;
use super::{ago, chrome};
use crate::log_review::{
    AccountChanged, Change, Elevated, Explained, Failed, Gap, Happened, Loss, Missing, Month, Moved, Named,
    NetworkUsed, PasswordGiven, Reset, Sheet, SignIn, Use,
};
use crate::pages::log_review::{Errors, SheetState, SheetView, SheetsView, Typed, render, render_list};
use crate::pages::pager::Pager;
use crate::store::{LogSheetHead, ReviewResult, ShortList, SignedSheet};

fn list<T>(lines: Vec<T>, left: usize) -> ShortList<T> {
    ShortList { lines, left }
}

fn host() -> (HostId, String) {
    (HostId::new("h-1").unwrap(), "SV-KENSHIN01".to_owned())
}

fn sign_in(account: &str, minutes: i64, explained: Option<(&str, bool)>) -> SignIn {
    let (host, host_name) = host();
    SignIn {
        host,
        host_name,
        account: account.into(),
        owner: "SATO Hanako".into(),
        from: "10.8.0.7".into(),
        started: ago(minutes),
        ended: explained.is_some().then(|| ago(minutes - 30)),
        explained: explained.map(|(called, approved)| Explained {
            register: "maintenance".into(),
            id: 1,
            called: called.into(),
            approved,
        }),
    }
}

fn used(account: &str, times: usize) -> Use {
    let (host, host_name) = host();
    let last = if times == 1 { ago(900) } else { ago(300) };
    Use { host, host_name, account: account.into(), owner: String::new(), times, first: ago(900), last }
}

fn october(full: bool) -> Sheet {
    let (host, host_name) = host();
    let month: Month = "2026-10".parse().unwrap();
    let gap = |what| Gap { address: "/hosts/h-1".into(), host_name: host_name.clone(), what };
    let day = "2026-10-14".parse().unwrap();
    let some = |lines: Vec<SignIn>, left| if full { list(lines, left) } else { list(Vec::new(), 0) };
    let gaps = vec![
        gap(Missing::Between(ago(9_000), ago(8_000))),
        gap(Missing::NotRead(ReasonCode::NotPermitted)),
        gap(Missing::NotHeardSince(ago(5_000))),
        gap(Missing::NotRecorded(vec![EventPart::FailedSignIns, EventPart::Transfers])),
        gap(Missing::PartSince(EventPart::NetworkSignIns, ago(4_000))),
        Gap { address: "/registers/hosts/3".into(), host_name: "PC-HOKEN09".into(), what: Missing::NoAgent },
    ];
    let change = Change {
        host: host.clone(),
        host_name: host_name.clone(),
        account: "taro".into(),
        owner: "ITO Ken".into(),
        on: day,
    };
    Sheet {
        month,
        from: month.begins(),
        until: month.ends(),
        made_at: ago(60),
        hosts: 12,
        accounts_kept: full,
        resets_kept: full,
        out_of_hours: some(vec![sign_in("hanako", 1_500, None)], 7),
        administrators: list(if full { vec![used("hanako", 12), used("root", 1)] } else { Vec::new() }, 0),
        special: some(
            vec![
                sign_in("maint-ito", 4_000, Some(("2026-014", true))),
                sign_in("maint-ito", 3_000, Some(("2026-015", false))),
                sign_in("breakglass", 2_000, None),
            ],
            0,
        ),
        unregistered: list(if full { vec![used("ghost", 1)] } else { Vec::new() }, 0),
        changes: list(if full { vec![change] } else { Vec::new() }, 0),
        resets: list(
            if full { vec![Reset { id: 1, account: "* / hanako".into(), on: day, seen: 1 }] } else { Vec::new() },
            0,
        ),
        gaps: list(if full { gaps } else { Vec::new() }, 0),
        late: std::collections::BTreeMap::new(),
        happened: Some(happened(full)),
    }
}

fn lines<T>(full: bool, lines: Vec<T>) -> ShortList<T> {
    if full { list(lines, 1) } else { list(Vec::new(), 0) }
}

/// Somebody of a domain whom no register has signed in over the network.
fn network(first: Instant, last: Instant) -> NetworkUsed {
    let (host, host_name) = host();
    NetworkUsed {
        host,
        host_name,
        account: r"KENSHIN\vendor".into(),
        owner: String::new(),
        registered: false,
        way: NetworkWay::Network,
        ntlm: Some(NtlmVersion::Ntlm1),
        administrator: true,
        sources: vec!["192.0.2.40".into()],
        sources_left: 0,
        times: 41,
        first,
        last,
    }
}

/// What logs tell; nothing unless it is `full`.
fn happened(full: bool) -> Happened {
    let (host, host_name) = host();
    let owner = "SATO Hanako".to_owned();
    let (first, last) = (ago(900), ago(300));
    let failed = Failed {
        host: host.clone(),
        host_name: host_name.clone(),
        account: None,
        owner: String::new(),
        sources: vec!["192.0.2.7".into(), "192.0.2.8".into(), "192.0.2.9".into()],
        sources_left: 4,
        times: 812,
        days: 2,
        first,
        last,
    };
    let named =
        Failed { account: Some("hanako".into()), owner: owner.clone(), times: 2, last: first, ..failed.clone() };
    let password = PasswordGiven {
        host: host.clone(),
        host_name: host_name.clone(),
        account: "hanako".into(),
        owner: owner.clone(),
        at: first,
        how: PasswordWay::Passwd,
        by: Some("kanri".into()),
        by_another: true,
        first_issue: false,
        explained: None,
    };
    let untold = PasswordGiven { by: None, by_another: false, how: PasswordWay::Other, ..password.clone() };
    let change = AccountChanged {
        kind: AccountChangeKind::MemberAdded,
        account: Some("hanako".into()),
        group: Some("sudo".into()),
        by: Some("kanri".into()),
        hosts: vec![Named { name: host_name.clone(), host: host.clone() }],
        hosts_left: 0,
        times: 1,
        first,
        last: first,
    };
    let everywhere =
        AccountChanged { by: None, hosts: vec![change.hosts[0].clone(); 3], hosts_left: 9, ..change.clone() };
    let elevated = Elevated {
        host: host.clone(),
        host_name: host_name.clone(),
        account: Some("hanako".into()),
        owner: owner.clone(),
        target: Some("root".into()),
        way: ElevationWay::Sudo,
        times: 12,
        failed: 3,
        first,
        last,
    };
    let moved = Moved {
        host: host.clone(),
        host_name: host_name.clone(),
        account: "vendor".into(),
        owner,
        sessions: 3,
        sent: 4,
        received: 0,
        bytes_sent: Some(Size::from_bytes(3 << 20)),
        bytes_received: None,
        first,
        last,
    };
    let loss = Loss {
        host,
        host_name,
        log: "/var/log/auth.log".into(),
        kind: LogLossKind::Shortened,
        noticed_at: last,
        last_seen: first,
        last_size: Size::from_bytes(4096),
        reinstalled: false,
        restarted: true,
    };
    Happened {
        losses: lines(full, vec![loss]),
        failed: lines(full, vec![failed, named]),
        passwords: lines(full, vec![password, untold]),
        accounts: lines(full, vec![change, everywhere]),
        elevations: lines(full, vec![elevated]),
        events_unknown: 0,
        losses_unknown: 0,
        transfers: lines(full, vec![moved]),
        network: full.then(|| lines(full, vec![network(first, last)])),
        parts_unknown: std::collections::BTreeMap::from([(EventPart::Transfers, 3)]),
    }
}

fn signed(at: Instant) -> SignedSheet {
    SignedSheet {
        at,
        person: "sato".into(),
        result: ReviewResult::Found,
        findings: "14日夜の1件は残業届あり。".into(),
        row: 3,
        document: Digest::of(b"pdf"),
    }
}

pub(super) fn pages(language: Language) -> Vec<Rendered> {
    let checklist = Checklist::embedded().unwrap();
    let (full, empty) = (october(true), october(false));
    let signature = signed(ago(30));
    let head =
        |month: &str, signed| LogSheetHead { month: month.parse().unwrap(), until: ago(60), made_at: ago(60), signed };
    let sheets = vec![
        (head("2026-11", None), SheetState::InPreparation),
        (head("2026-10", None), SheetState::ToSign),
        (head("2026-09", Some(signature.clone())), SheetState::Signed),
    ];
    let view = |sheet, state| SheetView {
        sheet,
        digest: Digest::of(b"sheet").to_string(),
        signed: None,
        sign_from: "2026-10-30".parse().unwrap(),
        state,
        checklist: &checklist,
        people: vec!["SATO Hanako".into()],
        typed: Typed { reviewer: "SATO Hanako".into(), ..Typed::default() },
        errors: Errors::default(),
        refused: None,
        alone: None,
    };
    let alone = SheetView {
        alone: Some((7, Pager::new("2", 2, 3, "/log-review/2026-10?part=7&page="))),
        ..view(&full, SheetState::ToSign)
    };
    let wrong = SheetView {
        errors: Errors {
            reviewer: Some(language.cell_empty()),
            result: Some(language.choose_one()),
            findings: Some(language.logs_findings_empty()),
        },
        refused: Some(language.logs_stale()),
        ..view(&full, SheetState::ToSign)
    };
    // It was signed before logs told of accounts.
    let earlier = Sheet { happened: None, ..full.clone() };
    let after = SheetView { signed: Some(&signature), ..view(&earlier, SheetState::Signed) };
    let at = chrome(language, "/log-review/2026-10");
    let list = |sheets: Vec<_>| {
        let missing = if sheets.is_empty() { vec!["2026-11".parse().unwrap()] } else { Vec::new() };
        render_list(&SheetsView { sheets, missing }, &chrome(language, "/log-review"))
    };
    vec![
        ("log_reviews", list(sheets)),
        ("log_reviews_none", list(Vec::new())),
        ("log_review", render(&view(&full, SheetState::ToSign), &at)),
        ("log_review_part", render(&alone, &at)),
        ("log_review_wrong", render(&wrong, &at)),
        ("log_review_signed", render(&after, &at)),
        ("log_review_empty", render(&view(&empty, SheetState::InPreparation), &at)),
    ]
}
