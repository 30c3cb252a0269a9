//! What people of the demonstration's agency do in a year, each act the way a page does it.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, NaiveDate};
use tenken_calendar::{PlannedTime, WorkingCalendar, japan};
use tenken_engine::checklist::{AttestationAsk, Checklist, Item};
use tenken_form::declaration::{Answer, Status};
use tenken_model::finding::VerdictKind;
use tenken_model::{HostId, Instant, ItemId, RuleId, Span};

use super::chance::Chance;
use super::fleet::{BRANCH, Machine};
use super::own_rules::{self, OwnRule};
use super::rows::{self, Approved, File};
use super::story::within;
use super::{AGENCY, DemoError, form};
use crate::attest::{Attached, Statement, attest};
use crate::auth::people;
use crate::auth::role::Role;
use crate::declaration::{self, Proposing, propose, take_in};
use crate::evidence::{Scan, kind_of};
use crate::log_review::{self, Month, Signature, Signing};
use crate::owner::{self, OwnerSettings};
use crate::registers::Definition;
use crate::registers::approve::{self, ApproveError, Waiting};
use crate::registers::keep::{self, Seen, Taking};
use crate::routing::{self, Manner, Scope};
use crate::store::{NewUser, NewWaiver, ReviewResult, Store};
use crate::web::site::Agency;
use crate::{drift, waiver};

/// Who administers the dashboard.
pub(super) const ADMINISTRATOR: &str = "demo-admin";
/// Who keeps the registers and states what is so.
const OFFICER: &str = "demo-ajisai";
/// Who approves.
pub(super) const APPROVER: &str = "demo-matsu";
/// The others who may look.
const OTHERS: [(&str, Role); 2] = [("demo-tsubaki", Role::Viewer), ("demo-kansa", Role::Auditor)];

/// Something that somebody does.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// Sets the dashboard up and adds people.
    SetUp,
    /// Takes the published form in.
    TakeIn,
    /// Takes files into registers.
    Import(Vec<File>),
    /// Approves a row of a register.
    Approve(Approved),
    /// Makes the sheet of the month's logs, and signs it or leaves it to be signed.
    ReviewLogs(Month, bool),
    /// States that an item is met, until a time if that is earlier than usual.
    Attest(ItemId, Option<Instant>),
    /// Says of every open drift that somebody works on it.
    Acknowledge,
    /// Proposes that an announced item is done.
    ProposeDone(&'static str),
    /// Proposes that an item is announced for a time.
    ProposePlanned(&'static str, &'static str),
    /// Accepts what was proposed.
    Accept,
    /// Refuses what was proposed.
    Refuse,
    /// Asks for an exception on a machine.
    AskWaiver(HostId, &'static str, i64),
    /// Grants what was asked for, or refuses it.
    DecideWaiver(bool),
    /// Writes a rule of the agency's own and asks for its approval.
    AskOwnRule(&'static OwnRule),
    /// Approves such a rule and has it judged.
    RollOutOwnRule(&'static OwnRule),
    /// Asks the people who use the PCs with drifts of a rule to repair them.
    AskOwners(&'static str),
}

/// What the acts of a year follow from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Year<'a> {
    /// The checklist.
    pub(super) checklist: &'a Checklist,
    /// The machines.
    pub(super) machines: &'a [Machine],
    /// Those that are there from the beginning.
    pub(super) old: &'a [Machine],
    /// The calendar.
    pub(super) calendar: &'a WorkingCalendar,
    /// The first day.
    pub(super) from: NaiveDate,
    /// The end.
    pub(super) until: Instant,
}

impl Year<'_> {
    /// The last day.
    pub(super) fn last(&self) -> NaiveDate {
        japan::date_of(self.until)
    }

    fn days(&self) -> i64 {
        self.last().signed_duration_since(self.from).num_days()
    }

    /// The day on which the vendor's contract was renewed.
    fn renewed(&self) -> NaiveDate {
        self.after(self.days() / 2)
    }

    /// Until which day the vendor's account may be used, as it was agreed on a day.
    pub(super) fn vendor_until(&self, on: NaiveDate) -> NaiveDate {
        if on < self.renewed() { self.after(self.days() / 2 + 20) } else { self.after(self.days() + 120) }
    }

    fn after(&self, days: i64) -> NaiveDate {
        self.from.checked_add_signed(chrono::TimeDelta::days(days)).unwrap_or(self.from)
    }

    /// Some minutes after nine on the first business day from that day on.
    fn at(&self, day: NaiveDate, minutes: i64) -> Instant {
        within(self.calendar.business_day_from(day).unwrap_or(day), minutes)
    }

    /// So many business days before the end.
    fn back(&self, days: i32, minutes: i64) -> Instant {
        within(self.calendar.add_business_days(self.last(), -days).unwrap_or_else(|| self.last()), minutes)
    }

    /// All acts in their order.
    pub(super) fn acts(&self, mut chance: Chance) -> BTreeMap<Instant, Vec<Act>> {
        let mut acts: BTreeMap<Instant, Vec<Act>> = BTreeMap::new();
        let mut add = |at: Instant, act: Act| acts.entry(at).or_default().push(act);
        add(self.at(self.from, 0), Act::SetUp);
        add(self.at(self.from, 30), Act::TakeIn);
        add(
            self.at(self.from, 40),
            Act::Import(rows::first(self.old, self.from, self.last(), self.vendor_until(self.from))),
        );
        let kept = self.at(self.from, 41);
        for (day, approved) in rows::approvals(self.last()) {
            add(within(day, 10).max(kept), Act::Approve(approved));
        }
        if self.machines.len() > self.old.len() {
            let last = self.last();
            let files =
                [rows::hosts(self.machines, last), rows::backups(self.machines), rows::passages(self.machines, last)];
            let files = files.to_vec();
            add(self.at(self.after(self.days() - 14), 45), Act::Import(files));
        }
        add(self.at(self.renewed(), 60), Act::Import(vec![rows::accounts(self.vendor_until(self.renewed()))]));
        for (at, item, ends) in self.statements(&mut chance) {
            add(at, Act::Attest(item, ends));
        }
        for (at, files) in self.reviews() {
            add(at, Act::Import(files));
        }
        let this = Month::of(self.last());
        for (month, signs) in [(this.before().before(), true), (this.before(), false), (this, false)] {
            let at = if signs { self.at(month.signed_from(self.calendar), 400) } else { self.until };
            if at > kept {
                add(at, Act::ReviewLogs(month, signs));
            }
        }
        self.decisions(&mut add);
        acts.retain(|at, _| *at <= self.until);
        acts
    }

    /// Every working afternoon somebody looks through the drifts; the form changes; exceptions are asked for.
    fn decisions(&self, add: &mut impl FnMut(Instant, Act)) {
        for day in self.from.iter_days().take_while(|day| *day <= self.last()) {
            if self.calendar.is_business_day(day) && day.day() % 2 == 0 {
                add(within(day, 330), Act::Acknowledge);
            }
        }
        let pc = |which: usize| self.machines.iter().rev().nth(which).map(|machine| machine.id.clone());
        let part = |percent: i64| self.after(self.days() * percent / 100);
        if self.days() > 200 {
            add(self.at(part(30), 100), Act::ProposePlanned("physical.2", "2026年度内"));
            add(self.at(part(30), 300), Act::Refuse);
            add(self.at(part(45), 100), Act::ProposeDone(form::PLANNED[0]));
            add(self.at(part(45), 320), Act::Accept);
            add(self.at(part(70), 100), Act::ProposePlanned("exchange.8", "来年度上半期"));
            add(self.at(part(71), 100), Act::Accept);
            add(self.at(part(88), 100), Act::ProposeDone("exchange.8"));
            add(self.at(part(88), 400), Act::Accept);
        }
        for (percent, which, rule, days, grant) in [
            (20, 3, "screen_locks_when_idle", 120, true),
            (60, 5, "clock_source_approved", 90, false),
            (80, 7, "screen_lock_enforced", 95, true),
        ] {
            if let Some(host) = pc(which) {
                add(self.at(part(percent), 200), Act::AskWaiver(host, rule, days));
                add(self.at(part(percent), 380), Act::DecideWaiver(grant));
            }
        }
        if let Some(host) = pc(2) {
            add(self.back(1, 250), Act::AskWaiver(host, "screen_locks_when_idle", 90));
        }
        add(self.at(part(60), 90), Act::AskOwnRule(&own_rules::IN_FORCE));
        add(self.at(part(60), 400), Act::RollOutOwnRule(&own_rules::IN_FORCE));
        add(self.back(1, 200), Act::AskOwnRule(&own_rules::WAITING));
        add(self.back(2, 200), Act::ProposeDone(form::PLANNED[1]));
        add(self.back(1, 260), Act::AskOwners("screen_locks_when_idle"));
    }

    /// When each item is stated: for the first time within some weeks, and again some days before it lapses, or some days late.
    fn statements(&self, chance: &mut Chance) -> Vec<(Instant, ItemId, Option<Instant>)> {
        let mut statements = Vec::new();
        for (item, ask) in self.checklist.items().filter_map(|item| Some((item, item.attestation.as_ref()?))) {
            let term = ask.valid_for.millis() / Span::from_days(1).millis();
            let mut at = self.at(self.after(chance.between(1, 24)), chance.between(10, 500));
            // What is renewed once a year was stated at another time of the year before Tenken came.
            let mut ends = (term > 100)
                .then(|| japan::end_of(japan::date_of(Span::from_days(chance.between(term / 4, term)).after(at))));
            while at <= self.until {
                statements.push((at, item.id.clone(), ends));
                let lapses = ends.unwrap_or_else(|| ask.valid_for.after(at));
                let off = if chance.percent(7) { chance.between(1, 6) } else { -chance.between(1, 6) };
                let day = japan::date_of(Span::from_days(off).after(lapses));
                at = self.at(day, chance.between(10, 500)).max(Span::from_days(1).after(at));
                ends = None;
            }
        }
        statements
    }

    /// The reviews at the end of each month. The rows of the month before no longer say when the next one is.
    fn reviews(&self) -> Vec<(Instant, Vec<File>)> {
        let firsts = self.from.iter_days().take_while(|day| *day <= self.last()).filter(|day| day.day() == 25);
        let held: Vec<NaiveDate> = firsts
            .map(|day| self.calendar.business_day_from(day).unwrap_or(day))
            .filter(|day| *day <= self.last())
            .collect();
        let count = held.len();
        let month = |(number, day): (usize, &NaiveDate)| {
            let next = day.checked_add_days(Days::new(31)).unwrap_or(*day);
            let mut files = rows::reviews(*day, (number + 1 == count).then_some(next), number).to_vec();
            if number.is_multiple_of(2) {
                files.extend(rows::looked_after(*day, self.last()));
            }
            (within(*day, 360), files)
        };
        held.iter().enumerate().map(month).collect()
    }
}

/// Does it.
pub(super) async fn act(store: &Store, year: &Year<'_>, act: &Act, now: Instant) -> Result<(), DemoError> {
    match act {
        Act::SetUp => set_up(store, now).await,
        Act::TakeIn => {
            let planned = PlannedTime::new(&format!("{}年度内", year.last().year())).map_err(DemoError::odd)?;
            let published = form::published(year.checklist, year.from, &planned).map_err(DemoError::odd)?;
            take_in(store, year.checklist, published, "", OFFICER, now).await?;
            Ok(())
        }
        Act::Import(files) => {
            for file in files {
                import(store, file, now).await?;
            }
            Ok(())
        }
        Act::Approve(approved) => approve_row(store, *approved, now).await,
        Act::ReviewLogs(month, signs) => review_logs(store, year.checklist, *month, *signs, now).await,
        Act::Attest(item, until) => match year.checklist.item(item).map(|item| (item, item.attestation.as_ref())) {
            Some((item, Some(ask))) => state(store, item, ask, *until, now).await,
            Some((_, None)) | None => Ok(()),
        },
        Act::Acknowledge => {
            for open in store.read().await?.open_drifts().await? {
                if open.acknowledged.is_none() {
                    drift::acknowledge(store, open.id, OFFICER, now).await?;
                }
            }
            Ok(())
        }
        Act::ProposeDone(item) => change(store, item, Answer::done(), "対応が終わり、確認記録を残した。", now).await,
        Act::ProposePlanned(item, when) => {
            let when = PlannedTime::new(when).map_err(DemoError::odd)?;
            let after = Answer { status: Status::Planned(Some(when)), remark: String::new() };
            change(store, item, after, "機器の更新に合わせて見直すため。", now).await
        }
        Act::Accept | Act::Refuse => decide(store, matches!(act, Act::Accept), now).await,
        Act::AskWaiver(host, rule, days) => ask(store, host, rule, *days, now).await,
        Act::AskOwners(rule) => {
            let open = store.read().await?.open_drifts().await?;
            for drift in open.iter().filter(|drift| drift.finding.key.rule.as_str() == *rule) {
                owner::ask(store, drift, OFFICER, now).await?;
            }
            Ok(())
        }
        Act::AskOwnRule(rule) => own_rules::ask(store, year.checklist, rule, OFFICER, now).await,
        Act::RollOutOwnRule(rule) => own_rules::roll_out(store, rule, APPROVER, now).await,
        Act::DecideWaiver(grant) => {
            let standing = store.read().await?.waivers_standing(now).await?;
            for open in standing.iter().filter(|waiver| waiver.decided.is_none()) {
                waiver::decide(store, open.id, *grant, APPROVER, now).await?;
            }
            Ok(())
        }
    }
}

async fn set_up(store: &Store, now: Instant) -> Result<(), DemoError> {
    let mut transaction = store.write().await?;
    transaction.set_setting(&Agency { name: AGENCY.to_owned() }).await?;
    let new = NewUser { name: ADMINISTRATOR.to_owned(), role: Role::Admin, password: None, created_at: now };
    transaction.add_user(&new).await?;
    transaction.save().await?;
    let Some(admin) = store.read().await?.user_named(ADMINISTRATOR).await? else { return Ok(()) };
    for (name, role) in [(OFFICER, Role::Officer), (APPROVER, Role::Approver)].into_iter().chain(OTHERS) {
        people::add(store, &admin, name, role, &format!("{name}@sakura.example"), now).await.map_err(DemoError::odd)?;
    }
    let (branch, to) = (Scope::Site(BRANCH.to_owned()), "demo-tsubaki@sakura.example");
    routing::add(store, branch, to, Manner::Besides, ADMINISTRATOR, now).await.map_err(DemoError::odd)?;
    let asked = OwnerSettings {
        contact: "情報システム担当 見本 あじさい(内線 000)".to_owned(),
        automatic: RuleId::new("antivirus_signatures_current").into_iter().collect(),
        ..OwnerSettings::default()
    };
    owner::set(store, &asked, ADMINISTRATOR, now).await?;
    Ok(())
}

/// Makes the sheet of a month's logs; one that is signed says what was found.
async fn review_logs(
    store: &Store,
    checklist: &Checklist,
    month: Month,
    signs: bool,
    now: Instant,
) -> Result<(), DemoError> {
    if !log_review::make(store, month, now).await? || !signs {
        return Ok(());
    }
    let sheet = store.read().await?.log_sheet(month).await?;
    let Some(sheet) = sheet else { return Ok(()) };
    let signature = Signature {
        seen: sheet.digest,
        reviewer: "見本 あじさい".to_owned(),
        result: ReviewResult::Clean,
        findings: "記録を確認し、不自然な利用はなかった。失敗したサインインは監査ログで2件、いずれも本人の入力誤り。"
            .to_owned(),
        items: vec![ItemId::new("maintenance.8").map_err(DemoError::odd)?],
    };
    match log_review::sign(store, checklist, month, &signature, OFFICER, now).await.map_err(DemoError::odd)? {
        Signing::Done => Ok(()),
        refused => Err(DemoError::Odd(format!("the sheet of {month}: {refused:?}"))),
    }
}

/// Approves the first row of that name that waits. One that nobody may approve any more stays as it is.
async fn approve_row(store: &Store, approved: Approved, now: Instant) -> Result<(), DemoError> {
    let definition = Definition::by_slug(approved.slug).ok_or_else(|| DemoError::Odd(approved.slug.to_owned()))?;
    let rows = store.read().await?.open_rows(definition).await?;
    let row = rows
        .iter()
        .find(|stored| stored.row.get(definition.lead) == approved.lead && Waiting::of(definition, stored).is_some());
    let Some(row) = row else { return Ok(()) };
    let seen = Seen { id: row.id, revision: row.revision };
    let person = if approved.by_approver { APPROVER } else { ADMINISTRATOR };
    match approve::approve(store, definition, seen, person, now).await {
        Ok(()) | Err(ApproveError::LacksReason) => Ok(()),
        Err(ApproveError::Store(error)) => Err(error.into()),
        Err(error) => Err(DemoError::Odd(format!("{} {}: {error}", approved.slug, approved.lead))),
    }
}

async fn import(store: &Store, file: &File, now: Instant) -> Result<(), DemoError> {
    let definition = Definition::by_slug(file.slug).ok_or_else(|| DemoError::Odd(file.slug.to_owned()))?;
    match keep::import(store, definition, file.csv.as_bytes(), None, OFFICER, now).await? {
        Taking::Done(_) => Ok(()),
        Taking::Unreadable(error) => Err(DemoError::Odd(format!("{}: {error:?}", file.slug))),
        Taking::Faulty(preview) | Taking::Stale(preview) => {
            let first = preview.file.errors.first().map(|error| format!("{error:?}")).unwrap_or_default();
            Err(DemoError::Odd(format!("{}: {}", file.slug, first.chars().take(300).collect::<String>())))
        }
    }
}

async fn state(
    store: &Store,
    item: &Item,
    ask: &AttestationAsk,
    until: Option<Instant>,
    now: Instant,
) -> Result<(), DemoError> {
    let shown = ask.evidence.first().map_or("運用記録", |evidence| evidence.ja.as_str());
    let day = japan::date_of(now);
    // Every third statement has a file, always the same ones.
    let files = if item.id.number().is_multiple_of(3) {
        let content = format!("確認日,確認者,結果\n{day},見本 あじさい,問題なし\n").into_bytes();
        let name = format!("{}_{day}_デモ.csv", item.short.ja);
        let kind = kind_of(&content, &name).map_err(|why| DemoError::Odd(format!("{why:?}")))?;
        vec![Attached { name, kind, content, scanned: Scan::NotAsked }]
    } else {
        Vec::new()
    };
    let statement = Statement {
        evidence: format!("{shown}(デモ用の記載) {day} に確認。総務キャビネット A-3 に保管。"),
        branch: item.attested_branches().find(|branch| branch.rules.is_empty()).map(|branch| branch.id.clone()),
        until,
        files,
    };
    Ok(attest(store, item, ask, statement, OFFICER, now).await?)
}

async fn change(store: &Store, item: &str, after: Answer, reason: &str, now: Instant) -> Result<(), DemoError> {
    let item = ItemId::new(item).map_err(DemoError::odd)?;
    match propose(store, &item, after, reason, OFFICER, now).await? {
        Proposing::Open(_) | Proposing::Unchanged | Proposing::NoForm | Proposing::Stale => Ok(()),
    }
}

async fn decide(store: &Store, accept: bool, now: Instant) -> Result<(), DemoError> {
    let open = store.read().await?.open_proposals().await?;
    let complete = open.iter().filter(|proposal| proposal.proposed.change.is_complete());
    let ids: Vec<i64> = complete.map(|proposal| proposal.id).collect();
    if accept {
        declaration::accept(store, &ids, "確認した。", APPROVER, now).await?;
        return Ok(());
    }
    for id in ids {
        declaration::refuse(store, id, "予定を早めて対応する。", APPROVER, now).await?;
    }
    Ok(())
}

/// An exception is asked for what fails there, or for what will.
async fn ask(store: &Store, host: &HostId, rule: &str, days: i64, now: Instant) -> Result<(), DemoError> {
    let rule = RuleId::new(rule).map_err(DemoError::odd)?;
    let found = store.read().await?.findings_of_host(host).await?;
    let failing = found
        .into_iter()
        .find(|stored| stored.finding.key.rule == rule && stored.finding.verdict.kind() == VerdictKind::Fail);
    let asked = NewWaiver {
        rule,
        host: Some(host.clone()),
        subject: failing.and_then(|stored| stored.finding.key.subject),
        reason: "検査装置の操作画面を表示し続ける必要があるため。".to_owned(),
        compensation: "検査室を施錠し、入室者を記録する。離席時は手動で画面をロックする。".to_owned(),
        until: japan::end_of(japan::date_of(Span::from_days(days).after(now))),
        asked_at: now,
        asked_by: OFFICER.to_owned(),
    };
    waiver::ask(store, &asked).await?;
    Ok(())
}
