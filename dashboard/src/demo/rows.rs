//! The registers of the demonstration's agency, as the files that people would take in. Pure.

use std::fmt::Write as _;

use chrono::{Days, NaiveDate};
use tenken_model::fact::system::SystemKind;

use super::fleet::{DEVICES, Machine, WORKERS};
use super::machine::{ADMINISTRATOR, EMERGENCY, VENDOR, VENDOR_ADDRESS};

/// A file for a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    /// The register.
    pub(super) slug: &'static str,
    /// The file.
    pub(super) csv: String,
}

/// Registers that say the same however many machines there are. `@-30` stands for the day thirty days before the last.
const FIXED: [(&str, &str); 12] = [
    ("password-resets", include_str!("rows/password_resets.csv")),
    ("trainings", include_str!("rows/trainings.csv")),
    ("lendings", include_str!("rows/lendings.csv")),
    ("media", include_str!("rows/media.csv")),
    ("software", include_str!("rows/software.csv")),
    ("contracts", include_str!("rows/contracts.csv")),
    ("documents", include_str!("rows/documents.csv")),
    ("networks", include_str!("rows/networks.csv")),
    ("keys", include_str!("rows/keys.csv")),
    ("endpoints", include_str!("rows/endpoints.csv")),
    ("incidents", include_str!("rows/incidents.csv")),
    ("maintenance", include_str!("rows/maintenance.csv")),
];

/// What is approved: the register, what people call the row, by the approver or else by the administrator, and how many days
/// before the last.
const APPROVED: [(&str, &str, bool, u64); 8] = [
    ("maintenance", "W-001", true, 300),
    ("maintenance", "W-002", true, 242),
    ("maintenance", "W-003", true, 183),
    ("maintenance", "W-004", true, 88),
    ("maintenance", "W-005", true, 33),
    ("takeouts", "貸出PC 保健指導-予備", true, 163),
    ("takeouts", "スマートフォン(連絡用)", false, 302),
    ("takeouts", "貸出PC 保健指導-予備", true, 5),
];

/// A row that is approved on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Approved {
    /// The register.
    pub(super) slug: &'static str,
    /// What people know the row by; the first of them that waits is meant.
    pub(super) lead: &'static str,
    /// By the approver, not the administrator.
    pub(super) by_approver: bool,
}

/// What is approved, by day.
pub(super) fn approvals(last: NaiveDate) -> impl Iterator<Item = (NaiveDate, Approved)> {
    APPROVED.into_iter().map(move |(slug, lead, by_approver, back)| {
        (last.checked_sub_days(Days::new(back)).unwrap_or(last), Approved { slug, lead, by_approver })
    })
}

/// The files with which the registers begin, in an order in which each names only what is there.
pub(super) fn first(machines: &[Machine], from: NaiveDate, last: NaiveDate, vendor_until: NaiveDate) -> Vec<File> {
    let mut files =
        vec![people(last), hosts(machines, last), accounts(vendor_until), backups(machines), passages(machines, last)];
    files.extend(looked_after(from, last));
    let fixed = FIXED.iter().map(|(slug, text)| File { slug, csv: dated(text, last) });
    files.extend(fixed);
    files
}

/// What is looked after every other month, as of a day: updates of devices, and people's own devices.
pub(super) fn looked_after(on: NaiveDate, last: NaiveDate) -> [File; 2] {
    let takeouts = dated(include_str!("rows/takeouts.csv"), last).replace("{attested}", &on.to_string());
    [File { slug: "devices", csv: devices(on, last) }, File { slug: "takeouts", csv: takeouts }]
}

/// The reviews of a month, held on a day. The newest says when the next one is.
pub(super) fn reviews(held: NaiveDate, next: Option<NaiveDate>, number: usize) -> [File; 2] {
    let next = next.map_or_else(String::new, |next| next.to_string());
    let period = held.format("%Y年%m月");
    let found = number.is_multiple_of(4);
    let (result, findings) = if found {
        ("found", "深夜のサインイン1件。本人に確認し、保守作業によるものと分かった。")
    } else {
        ("clean", "")
    };
    let mut csv = String::from("name,kind,period,scope,reviewed_by,reviewed_on,result,findings,next_on\n");
    let mut line = |name: &str, kind: &str, scope: &str, result: &str, findings: &str| {
        let _written = writeln!(
            csv,
            "{name} {period},{kind},{period},{scope},見本 あじさい,{held},{result},{findings},{}",
            if kind == "logs" { next.as_str() } else { "" }
        );
    };
    line("アクセスログの確認", "logs", "健診システム 全利用者", result, findings);
    if number.is_multiple_of(3) {
        line("アカウントの棚卸し", "accounts", "全機器", "clean", "");
    }
    if number.is_multiple_of(5) {
        line("媒体・機器の棚卸し", "assets", "全拠点", "clean", "");
    }
    let entry = format!(
        "site,starts,ends,reviewed_by,reviewed_on,result,kept_at,next_on\n3F サーバー室,{},{held},見本 まつ,{held},clean,総務キャビネット A-3,{}\n",
        held.checked_sub_days(Days::new(30)).unwrap_or(held),
        next
    );
    [File { slug: "reviews", csv }, File { slug: "entry-reviews", csv: entry }]
}

fn people(last: NaiveDate) -> File {
    let mut csv = String::from("name,affiliation,job,starts,nda_on,leaves,kana,number,company,email\n");
    for (number, worker) in (1..).zip(&WORKERS) {
        let starts = back(last, 700 + 90 * number);
        let _written = writeln!(
            csv,
            "{},own,{},{starts},{starts},,{},D{number:03},,{}",
            worker.name,
            worker.job,
            worker.kana,
            worker.email()
        );
    }
    let soon = ahead(last, 21);
    csv.push_str(&dated(
        "例示 はじめ,vendor,保守技術者,@-900,@-900,,れいじ はじめ,V001,見本システム保守(架空),\n\
         例示 つぎ,vendor,保守技術者,@-500,@-500,,れいじ つぎ,V002,見本システム保守(架空),\n",
        last,
    ));
    let _written = writeln!(
        csv,
        "見本 つくし,dispatched,受付補助,{},{},{soon},みほん つくし,H001,見本人材(架空),",
        back(last, 300),
        back(last, 300)
    );
    File { slug: "people", csv }
}

/// The register of hosts.
pub(super) fn hosts(machines: &[Machine], last: NaiveDate) -> File {
    let mut csv = String::from(
        "name,kind,status,site,group,user,holder,place,portable,personal_data,asset_number,serial,secured,support_ends,note\n",
    );
    for machine in machines {
        let (kind, user, holder) = match machine.kind {
            SystemKind::Server => ("server", "", "見本 あじさい"),
            SystemKind::Pc => ("pc", machine.users.first().map_or("", |worker| worker.name), ""),
        };
        let support = ahead(last, 400 + 30 * (machine.number % 11));
        let _written = writeln!(
            csv,
            "{},{kind},in_use,{},{},{user},{holder},{},false,true,DEMO-{:04},,ワイヤーで固定,{support},",
            machine.name,
            machine.site,
            machine.group,
            machine.place,
            machine.number + 1
        );
    }
    csv.push_str(&dated(
        "ルーター-1,network,in_use,本部,,,見本 あじさい,3F サーバー室,false,false,DEMO-N01,,ラックに施錠,@+45,後継機を選定中\n\
         保健指導-予備,pc,stored,東支所,保健指導,,,3F 倉庫,true,false,DEMO-S01,,施錠棚,,貸出用\n",
        last,
    ));
    File { slug: "hosts", csv }
}

/// The register of accounts, in which the vendor's ends on a day.
pub(super) fn accounts(vendor_until: NaiveDate) -> File {
    let mut csv = String::from("host,account,kind,owner,administrator,ends,note\n");
    for worker in &WORKERS {
        let _written = writeln!(csv, "*,{},person,{},false,,", worker.account, worker.name);
    }
    let _written = writeln!(
        csv,
        "*,root,built_in,見本 あじさい,true,,\n*,{ADMINISTRATOR},person,見本 あじさい,true,,管理作業用\n\
         *,{VENDOR},maintenance,例示 はじめ,false,{vendor_until},保守契約の期間\n*,{EMERGENCY},emergency,見本 まつ,false,,封筒で金庫に保管"
    );
    File { slug: "accounts", csv }
}

/// The register of devices, of which updates were looked for on a day. Lately one waits for its update, and one cannot have any.
fn devices(checked: NaiveDate, last: NaiveDate) -> String {
    let mut csv = String::from(
        "name,mac,status,patient_data,place,model,firmware,latest,firmware_on,measure,risk_on,support_ends\n",
    );
    for (number, device) in (0..).zip(&DEVICES) {
        let patient = (2..8).contains(&number);
        let (newer, measure) = match number {
            5 if checked >= back(last, 45) => (1, ""),
            7 => (1, "専用のネットワークに分離し、外部との通信を遮断"),
            _ => (0, ""),
        };
        let _written = writeln!(
            csv,
            "{},{},{},{patient},{},見本型 {number},1.{number},1.{},{checked},{measure},{},{}",
            device.name,
            device.mac,
            device.status,
            device.place,
            number + newer,
            back(last, 200),
            if device.status == "in_use" { ahead(last, 20 + 120 * number).to_string() } else { String::new() }
        );
    }
    csv
}

/// The register of access from afar: the vendor's way into each server, and that into the router.
pub(super) fn passages(machines: &[Machine], last: NaiveDate) -> File {
    let mut csv = include_str!("rows/remote_access.csv").to_owned();
    for machine in machines.iter().filter(|machine| machine.kind == SystemKind::Server) {
        let _written = writeln!(
            csv,
            "{},VPN経由のSSH,例示 はじめ,* / {VENDOR},{VENDOR_ADDRESS},申請した日の9:00-18:00,接続元制限・多要素,見本 まつ,@-370,@+120",
            machine.name
        );
    }
    File { slug: "remote-access", csv: dated(&csv, last) }
}

/// The register of backups.
pub(super) fn backups(machines: &[Machine]) -> File {
    let mut csv = String::from("host,name,system,method,location,interval,generations,isolation,media,note\n");
    for machine in machines.iter().filter(|machine| machine.kind == SystemKind::Server) {
        let (name, number) = (&machine.name, machine.number + 1);
        let _written = writeln!(
            csv,
            "{name},日次-{number},{name},restic,/srv/backup/restic,1d,7,other_host,,\n\
             {name},週次-{number},{name},dated_folders,/mnt/offline/weekly,7d,7,offline,{},耐火金庫",
            if machine.number == 0 { "M-003、M-007" } else { "" }
        );
    }
    File { slug: "backups", csv }
}

fn back(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

fn ahead(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// The text with its days.
fn dated(text: &str, last: NaiveDate) -> String {
    let mut parts = text.split('@');
    let mut dated = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (sign, rest) = part.split_at(part.len().min(1));
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (days, after) = rest.split_at(digits);
        let days: u64 = days.parse().unwrap_or(0);
        let day = if sign == "-" { back(last, days) } else { ahead(last, days) };
        let _written = write!(dated, "{day}{after}");
    }
    dated
}
