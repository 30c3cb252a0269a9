//! Remarks that say something is not used, held against the registers: 「無線LANは使用していない」 and a wireless network in
//! the register of networks do not go together.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use tenken_engine::item::Contradiction;
use tenken_form::declaration::Answer;
use tenken_form::plain::tidy;
use tenken_model::finding::Bilingual;
use tenken_model::register::{DeviceStatus, RegisterKind};
use tenken_model::{ItemId, Language};

use crate::registers::{Definition, Register};
use crate::store::{RegisterRow, StoreError, Transaction};

/// The most rows told of one item.
const ROWS_MAX: usize = 5;

/// What an item's condition is about, and the rows that show it to be met.
#[derive(Debug)]
struct Ground {
    items: &'static [&'static str],
    /// What remarks call it, in small letters. One of them stands in a remark that denies it.
    called: &'static [&'static str],
    register: Register,
    /// Columns that a row must have so to show it.
    wants: &'static [(&'static str, Wanted)],
}

#[derive(Debug, Clone, Copy)]
enum Wanted {
    Is(&'static str),
    Empty,
}

const WIRELESS: &[&str] = &["無線", "wi-fi", "wifi", "wlan", "ワイヤレス"];
const IOT: &[&str] = &["iot"];
const CONTRACTORS: &[&str] = &["委託", "受託", "外部", "業者"];
const REMOTE: &[&str] = &["リモート", "遠隔", "remote"];

static GROUNDS: [Ground; 10] = [
    Ground {
        items: &["technical.17", "technical.18", "technical.19", "technical.20"],
        called: WIRELESS,
        register: Register::Networks,
        wants: &[("kind", Wanted::Is("wireless"))],
    },
    Ground {
        items: &["technical.21"],
        called: IOT,
        register: Register::Joined(RegisterKind::Devices),
        wants: &[("status", Wanted::Is(DeviceStatus::InUse.word())), ("patient_data", Wanted::Is("true"))],
    },
    Ground {
        items: &["technical.22"],
        called: &["貸与", "貸出", "貸し出", "iot"],
        register: Register::Lendings,
        wants: &[("returned_on", Wanted::Empty)],
    },
    Ground {
        items: &["technical.23", "technical.24"],
        called: IOT,
        register: Register::Joined(RegisterKind::Devices),
        wants: &[("status", Wanted::Is(DeviceStatus::InUse.word()))],
    },
    Ground {
        items: &[
            "organizational.4",
            "personnel_contractors.1",
            "personnel_contractors.2",
            "personnel_contractors.3",
            "personnel_contractors.5",
        ],
        called: CONTRACTORS,
        register: Register::Contracts,
        wants: &[],
    },
    Ground {
        items: &["maintenance.8", "maintenance.9", "exchange.9"],
        called: REMOTE,
        register: Register::RemoteAccess,
        wants: &[],
    },
    Ground {
        items: &["maintenance.8", "maintenance.9", "exchange.9"],
        called: REMOTE,
        register: Register::Maintenance,
        wants: &[("manner", Wanted::Is("remote"))],
    },
    Ground {
        items: &["takeout.7", "takeout.8", "takeout.9"],
        called: &["持ち出", "持出"],
        register: Register::Takeouts,
        wants: &[("kind", Wanted::Is("takeout")), ("returned_on", Wanted::Empty)],
    },
    Ground {
        items: &["takeout.10"],
        called: &["byod", "個人", "私物"],
        register: Register::Takeouts,
        wants: &[("kind", Wanted::Is("byod")), ("returned_on", Wanted::Empty)],
    },
    Ground {
        items: &["exchange.14"],
        called: &["署名"],
        register: Register::Keys,
        wants: &[("kind", Wanted::Is("signature"))],
    },
];

/// What may stand between the name of a thing and what is said of it.
const BETWEEN: [&str; 22] = [
    "lan",
    "ap",
    "機器",
    "端末",
    "製品",
    "環境",
    "回線",
    "接続",
    "保守",
    "メンテナンス",
    "業者",
    "し",
    "等",
    "の",
    "は",
    "を",
    "も",
    "が",
    "、",
    "一切",
    "全く",
    "まったく",
];
/// What is done with a thing that there is.
const USES: [&str; 18] = [
    "使用",
    "利用",
    "設置",
    "導入",
    "採用",
    "保有",
    "所有",
    "所持",
    "実施",
    "運用",
    "接続",
    "委託",
    "許可",
    "行",
    "用い",
    "認め",
    "あり",
    "持ち出し",
];
/// That it is not done, or that there is none.
const DENIALS: [&str; 26] = [
    "していない",
    "しておりません",
    "していません",
    "しない",
    "しません",
    "せず",
    "させていない",
    "させない",
    "させておりません",
    "っていない",
    "っておりません",
    "っていません",
    "わない",
    "いません",
    "ていない",
    "ておりません",
    "ていません",
    "ない",
    "無い",
    "なし",
    "無し",
    "ません",
    "対象外",
    "該当なし",
    "禁止",
    "禁止している",
];
/// Remarks that say of the whole item that it does not apply.
const NOTHING: [&str; 7] = ["該当なし", "該当無し", "該当しない", "該当せず", "非該当", "対象外", "なし"];

/// Whether a remark says that there is nothing of what it may call so: the name, and at once that it is not used. What else is
/// denied of it, such as 「委託契約に不備なし」, says nothing of it.
fn denies(remark: &str, called: &[&str]) -> bool {
    let remark = tidy(remark).to_lowercase();
    let plain: String = remark.chars().filter(|character| !character.is_whitespace()).collect();
    let plain = plain.trim_matches(|end: char| "。.、,()「」".contains(end));
    let is_denied =
        |name: &&str| plain.match_indices(*name).any(|(at, _)| plain.get(at + name.len()..).is_some_and(is_denial));
    NOTHING.contains(&plain) || called.iter().any(is_denied)
}

/// What follows a name says that there is none of it.
fn is_denial(mut rest: &str) -> bool {
    loop {
        let is_unused =
            |left: &str| ["未", "不"].iter().any(|not| left.strip_prefix(not).is_some_and(|of| USES.contains(&of)));
        let used = USES
            .iter()
            .find_map(|used| rest.strip_prefix(used))
            .map(|left| left.strip_prefix(['は', 'を']).unwrap_or(left));
        if DENIALS.contains(&rest) || is_unused(rest) || used.is_some_and(|left| DENIALS.contains(&left)) {
            return true;
        }
        match BETWEEN.iter().find_map(|between| rest.strip_prefix(between)) {
            Some(left) => rest = left,
            None => return false,
        }
    }
}

fn shows(ground: &Ground, stored: &RegisterRow) -> bool {
    stored.closed_at.is_none()
        && ground.wants.iter().all(|(column, wanted)| match wanted {
            Wanted::Is(word) => stored.row.get(column) == *word,
            Wanted::Empty => stored.row.get(column).is_empty(),
        })
}

/// The grounds of an item whose published answer denies them.
fn denied<'a>(item: &'a ItemId, answer: &'a Answer) -> impl Iterator<Item = &'static Ground> + 'a {
    let grounds = GROUNDS.iter().filter(|ground| ground.items.contains(&item.as_str()));
    grounds.filter(|ground| answer.is_done() && denies(&answer.remark, ground.called))
}

/// What is said of a row that a remark denies, in both languages.
fn told(remark: &str, definition: &Definition, stored: &RegisterRow) -> Contradiction {
    let name = stored.row.name(definition);
    let says = |t: Language| t.remark_contradicted(remark, &(definition.title)(t), &name);
    Contradiction {
        says: Bilingual { ja: says(Language::Japanese), en: says(Language::English) },
        since: stored.created_at,
        place: format!("/registers/{}/{}", definition.slug, stored.id),
    }
}

/// What registers hold against the remarks of published answers, by item. Reads only the registers that some remark denies.
pub async fn contradictions(
    transaction: &mut Transaction,
    answers: &BTreeMap<ItemId, Answer>,
) -> Result<BTreeMap<ItemId, Vec<Contradiction>>, StoreError> {
    let mut rows: BTreeMap<Register, Vec<RegisterRow>> = BTreeMap::new();
    let mut found: BTreeMap<ItemId, Vec<Contradiction>> = BTreeMap::new();
    for (item, answer) in answers {
        for ground in denied(item, answer) {
            let Some(definition) = Definition::of(ground.register) else { continue };
            let stored = match rows.entry(ground.register) {
                Entry::Occupied(read) => read.into_mut(),
                Entry::Vacant(unread) => unread.insert(transaction.open_rows(definition).await?),
            };
            let against = stored.iter().filter(|stored| shows(ground, stored));
            let told: Vec<_> = against.take(ROWS_MAX).map(|stored| told(&answer.remark, definition, stored)).collect();
            if !told.is_empty() {
                found.entry(item.clone()).or_default().extend(told);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use tenken_engine::Checklist;

    use super::*;

    #[test]
    fn every_ground_is_of_the_form_and_of_a_register() {
        let checklist = Checklist::embedded().unwrap();
        for ground in &GROUNDS {
            for item in ground.items {
                assert!(checklist.item(&ItemId::new(*item).unwrap()).is_some(), "{item}");
            }
            let definition = Definition::of(ground.register).unwrap();
            for (column, _) in ground.wants {
                assert!(definition.columns.iter().any(|known| known.name == *column), "{} {column}", definition.slug);
            }
        }
    }

    #[test]
    fn remarks_that_deny_are_told_from_those_that_do_not() {
        for remark in [
            "無線LANは使用していない",
            "無線LANは使用していない。",
            "無線ＬＡＮは利用しておりません",
            "Wi-Fiは設置していません。",
            "無線LANの利用なし",
            "無線LAN 設置 なし",
            "(無線LANはない)",
            "該当なし",
            " 該当 なし。",
            "対象外",
            "無線LANは対象外",
            "無線LANは一切利用しない",
            "無線LANは未使用",
            "無線LAN未導入",
            "無線LANは不使用。",
            "無線LANは使用せず",
            "無線LANの使用を禁止している",
            "事務所は有線のみで、無線LANは使用していない",
        ] {
            assert!(denies(remark, WIRELESS), "{remark}");
        }
        for remark in [
            "",
            "WPA3-Enterpriseで運用",
            "ICカードは使用していない",
            "無線LANは情報漏洩がないよう暗号化している",
            "有線LANのみ",
            "来客用と分離",
            "無線LANの電波は届かないよう調整済",
            "なしくずしにしない",
            "無線LANの不正利用なし",
            "無線LANは使用していないPCから分離",
        ] {
            assert!(!denies(remark, WIRELESS), "{remark}");
        }
        for (remark, called, denied) in [
            ("委託契約に不備なし", CONTRACTORS, false),
            ("委託先の要員が医療情報を閲覧することはない", CONTRACTORS, false),
            ("外部委託はしていない", CONTRACTORS, true),
            ("外部委託なし", CONTRACTORS, true),
            ("リモート保守でファイルの送付は行っていない", REMOTE, false),
            ("リモートメンテナンスは行っていない", REMOTE, true),
            ("リモート保守は実施しておりません", REMOTE, true),
            ("IoT機器は使用していない", IOT, true),
            ("IoT機器は貸与していない", IOT, false),
            ("持ち出しは行っていない", &["持ち出"], true),
            ("私物端末の業務利用は認めていない", &["私物"], false),
            ("BYODは認めていない", &["byod"], true),
        ] {
            assert_eq!(denies(remark, called), denied, "{remark}");
        }
    }

    #[test]
    fn an_answer_that_is_planned_denies_nothing() {
        let item = ItemId::new("technical.17").unwrap();
        let mut answer = Answer::done();
        answer.remark = "無線LANは使用していない".into();
        assert_eq!(denied(&item, &answer).count(), 1);
        assert_eq!(denied(&ItemId::new("technical.1").unwrap(), &answer).count(), 0);
        let when = tenken_calendar::PlannedTime::new("2027年5月").unwrap();
        let planned = Answer { remark: answer.remark, ..Answer::planned(when) };
        assert_eq!(denied(&item, &planned).count(), 0);
    }
}
