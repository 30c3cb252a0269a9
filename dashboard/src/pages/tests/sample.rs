//! A small agency on an ordinary day, as pages would show it.

mod accounts;
mod checklist;
mod declaration;
mod groups;
mod log_review;
mod machines;
mod own_rules;
mod people;
mod registers;
mod search;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tenken_calendar::WorkingCalendar;
use tenken_engine::checklist::{Checklist, Item};
use tenken_engine::item::{Cause, CauseReason, Coverage, ItemState, ItemStatus};
use tenken_model::finding::Bilingual;
use tenken_model::{FindingKey, HostId, Instant, ItemId, Language, RuleId, Span};

use crate::auth::role::Role;
use crate::pages::chrome::{DataKind, MailBanner};
use crate::pages::overview::{Filter, News, OverviewView, Reporting};
use crate::pages::trend::Plot;
use crate::pages::{Chrome, Notice, Person, overview};
use crate::store::{DayCounts, DriftLine, Standing};
use crate::trend::Axis;

/// The host that most samples are of.
pub(super) const HOST: &str = machines::NAMES[0];

/// Every page with its name.
pub(super) fn pages(language: Language) -> Vec<(&'static str, askama::Result<String>)> {
    let at = |address: &str| chrome(language, address);
    let kept = Kept::new(language);
    let overview = kept.overview();
    let filtered = OverviewView { filter: Some(Filter::Attention), ..overview };
    let mail = MailBanner {
        waiting: 2,
        error: Some("connect to mail.example.jp:587: connection refused (os error 111)".into()),
    };
    let done = Some(Notice::Done(language.register_saved()));
    let mut pages = vec![
        ("overview", overview::render(&overview, &at("/"))),
        ("overview_filtered", overview::render(&filtered, &Chrome { mail: Some(mail), ..at("/?state=drift") })),
        ("overview_new", overview::render(&Kept::bare(language).overview(), &Chrome { notice: done, ..at("/") })),
    ];
    pages.extend(checklist::items(&kept, language));
    pages.extend(checklist::hosts(&kept, language));
    pages.extend(checklist::drifts(&kept, language));
    pages.extend(groups::pages(&kept, language));
    pages.extend(search::pages(&kept, language));
    pages.extend(own_rules::pages(language));
    pages.extend(declaration::pages(&kept, language));
    pages.extend(people::pages(language));
    pages.extend(registers::pages(language));
    pages.extend(log_review::pages(language));
    pages.extend(people::doors(language));
    pages.extend(people::failures(language));
    pages.extend(accounts::pages(language));
    pages.extend(accounts::own(language));
    pages.extend(accounts::audit(language));
    pages
}

pub(super) fn now() -> Instant {
    "2026-11-24T05:30:00Z".parse().unwrap()
}

pub(super) fn ago(minutes: i64) -> Instant {
    Span::from_secs(-60 * minutes).after(now())
}

pub(super) fn chrome(language: Language, address: &str) -> Chrome {
    Chrome {
        language,
        agency: match language {
            Language::Japanese => "さくら健診センター".into(),
            Language::English => "Sakura Health Screening".into(),
        },
        now: now(),
        person: Some(Person { name: "sato".into(), role: Role::Admin }),
        csrf: "sample-token".into(),
        address: address.into(),
        change: 42,
        mail: None,
        notice: None,
        data: DataKind::Real,
    }
}

pub(super) fn both(ja: &str, en: &str) -> Bilingual {
    Bilingual { ja: ja.into(), en: en.into() }
}

/// The checklist with the state of each item.
pub(super) struct Kept {
    pub(super) checklist: Checklist,
    catalog: tenken_engine::Catalog,
    news: Vec<DriftLine>,
    plot: Plot,
    pub(super) statuses: BTreeMap<ItemId, ItemStatus>,
}

impl Kept {
    pub(super) fn new(language: Language) -> Self {
        let checklist = Checklist::embedded().unwrap();
        let statuses = checklist.items().map(|item| (item.id.clone(), status(item))).collect();
        let line = |drift, host: &str, rule: &str| DriftLine {
            drift,
            host_name: host.into(),
            key: FindingKey { rule: RuleId::new(rule).unwrap(), subject: None },
        };
        let news = vec![
            line(1, "SV-KENSHIN01", "clock_service_running"),
            line(2, "PC-UKETSUKE3", "antivirus_signatures_current"),
        ];
        Self { checklist, statuses, catalog: machines::catalog(), news, plot: plot(language, true) }
    }

    /// Before the first host reports, nothing is known.
    pub(super) fn bare(language: Language) -> Self {
        let plot = plot(language, false);
        Self { statuses: BTreeMap::new(), news: Vec::new(), plot, ..Self::new(language) }
    }

    pub(super) fn overview(&self) -> OverviewView<'_> {
        let hosts = Reporting { hosts: 24, reporting: 21, silent: 1, without_agent: 2 };
        OverviewView {
            checklist: &self.checklist,
            catalog: &self.catalog,
            statuses: &self.statuses,
            hosts,
            filter: None,
            soon: 3,
            news: News { since: ago(60 * 24), opened: &self.news, resolved: 2 },
            plot: &self.plot,
        }
    }
}

/// The axis of the day.
pub(super) fn axis() -> Axis {
    Axis::until(tenken_calendar::japan::date_of(now()), &WorkingCalendar::default())
}

/// A year in which the dashboard was off for some days, or none.
fn plot(language: Language, any: bool) -> Plot {
    let axis = axis();
    let days = axis.past().map(|slot| slot.day).enumerate().skip(20).filter(|(n, _)| any && !(110..115).contains(n));
    let counts = |(n, day): (usize, NaiveDate)| {
        let bad = u64::try_from(n * 7 % 5).unwrap();
        let unproven = 30 - u64::try_from(n.min(240) / 8).unwrap();
        let items = BTreeMap::from([
            (Standing::Attention, bad),
            (Standing::Unproven, unproven),
            (Standing::Ending, 3),
            (Standing::Met, 87 - bad - unproven),
        ]);
        DayCounts { day, recorded_at: now(), hosts: 24, reporting: 23, items }
    };
    Plot::new(&axis, &days.map(counts).collect::<Vec<_>>(), language)
}

pub(super) fn host(name: &str) -> HostId {
    HostId::new(format!("h-{}", name.to_lowercase())).unwrap()
}

fn found(host_name: &str, says: Bilingual) -> CauseReason {
    let rule = RuleId::new("clock_service_running").unwrap();
    CauseReason::Finding {
        host: host(host_name),
        host_name: host_name.into(),
        rule,
        subject: None,
        says,
        unknown: None,
    }
}

fn status(item: &Item) -> ItemStatus {
    let (state, minutes, reasons) = standing(item.id.as_str());
    let since = Some(ago(minutes));
    let causes = reasons.into_iter().map(|reason| Cause { state, since, reason }).collect();
    let in_scope = if item.rules.is_empty() { 0 } else { 24 };
    let coverage = Coverage { judged: in_scope - usize::from(in_scope > 0), in_scope };
    ItemStatus { state, since, causes, causes_left_out: 0, coverage, waived: 0, vouched: 0, branch: None }
}

fn standing(id: &str) -> (ItemState, i64, Vec<CauseReason>) {
    let clock = both(
        "時刻同期サービス(chronyd)が動いていません。",
        "No time service is running; chronyd was last seen 14 minutes ago.",
    );
    let signatures =
        both("定義ファイルが11日前のものです(上限7日)。", "The signatures are 11 days old; 7 are allowed.");
    let idle = both("画面ロックまで30分です(上限10分)。", "The screen locks after 30 minutes; 10 are allowed.");
    let denied = both("監査ログの設定を読み取る権限がありません。", "The agent may not read the audit settings.");
    match id {
        "technical.9" => {
            (ItemState::Drift, 14, vec![found("SV-KENSHIN01", clock.clone()), found("SV-KENSHIN02", clock)])
        }
        "technical.10" => (ItemState::Drift, 60 * 26, vec![found("PC-UKETSUKE3", signatures)]),
        "technical.4" => (ItemState::Grace, 7, vec![found("PC-HOKEN07", idle)]),
        "technical.8" => (ItemState::Unknown, 60 * 5, vec![found("SV-KENSHIN02", denied)]),
        "organizational.4" => (ItemState::Expired, 60 * 24 * 9, vec![CauseReason::Expired]),
        "physical.5" => (ItemState::Overdue, 60 * 24 * 40, vec![CauseReason::Overdue]),
        "exchange.3" => (ItemState::Planned, 60 * 24 * 60, vec![CauseReason::Planned]),
        "technical.16" | "exchange.5" => (ItemState::NotMeasured, 60 * 24 * 3, vec![CauseReason::NoRule]),
        _ if id.starts_with("disposal") || id.starts_with("emergency") => {
            (ItemState::Unattested, 60 * 24 * 3, vec![CauseReason::Unattested])
        }
        _ => (ItemState::Met, 60 * 24 * 12, Vec::new()),
    }
}
