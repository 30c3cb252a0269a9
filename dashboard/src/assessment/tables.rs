//! The assessment as tables that spreadsheets open without running anything.

use csv::{Terminator, WriterBuilder};
use tenken_form::compare::{Difference, header_lines};
use tenken_form::declaration::{Answer, Declaration};
use tenken_form::formula::guarded;
use tenken_form::read::place::wording;
use tenken_model::finding::VerdictKind;
use tenken_model::{Instant, Language, Subject};

use super::trail::Trail;
use super::{Assessment, StatedState};
use crate::pages::drifts::resolution;
use crate::pages::moment::{absolute, last_day};
use crate::pages::proposal::status;
use crate::pages::state::Shown as _;
use crate::pages::waivers::state_label;
use crate::pages::words;
use crate::plain::hides_or_turns;
use crate::store::Waiver;

/// A table being written: UTF-8 with a byte order mark, lines ending in CR LF, every cell text.
struct Sheet(csv::Writer<Vec<u8>>);

impl Sheet {
    fn new(heads: &[String]) -> Result<Self, csv::Error> {
        let mut sheet = Self(WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(Vec::new()));
        sheet.row(heads)?;
        Ok(sheet)
    }

    fn row(&mut self, cells: &[String]) -> Result<(), csv::Error> {
        self.0.write_record(cells.iter().map(|cell| guarded(&plain(cell))))
    }

    /// How many rows were left out.
    fn left(&mut self, left: u64, t: Language) -> Result<(), csv::Error> {
        if left > 0 { self.row(&[t.package_left_out(left)]) } else { Ok(()) }
    }

    fn bytes(self) -> Result<Vec<u8>, csv::Error> {
        let bytes = self.0.into_inner().map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok([b"\xef\xbb\xbf".as_slice(), &bytes].concat())
    }
}

/// A cell without what turns or hides the text beside it; lines stay.
fn plain(cell: &str) -> String {
    cell.chars().map(|c| if hides_or_turns(c) && c != '\n' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// The moment in Japan, or nothing.
fn at(t: Language, at: Option<Instant>) -> String {
    at.map_or_else(String::new, |at| absolute(t, at))
}

/// Every waiver.
pub fn waivers(assessment: &Assessment, t: Language) -> Result<Vec<u8>, csv::Error> {
    let mut sheet = Sheet::new(&[
        t.column_number(),
        t.column_state(),
        t.column_rule(),
        t.package_rule_id(),
        t.package_host(),
        t.package_subject(),
        t.waiver_reason(),
        t.waiver_compensation(),
        t.waiver_until(),
        t.package_asked(),
        t.package_asked_by(),
        t.package_decided(),
        t.package_decided_by(),
        t.package_ended(),
        t.package_ended_by(),
    ])?;
    for waiver in &assessment.waivers {
        sheet.row(&waiver_row(assessment, waiver, t))?;
    }
    sheet.bytes()
}

fn waiver_row(assessment: &Assessment, waiver: &Waiver, t: Language) -> Vec<String> {
    let asked = &waiver.asked;
    let host = asked.host.as_ref().map_or_else(|| t.waiver_every_host(), |host| assessment.host_name(host).to_owned());
    let decided = waiver.decided.as_ref();
    let ended = waiver.ended.as_ref();
    vec![
        waiver.id.to_string(),
        state_label(waiver, assessment.at, t),
        assessment.rule_title(&asked.rule, t).to_owned(),
        asked.rule.to_string(),
        host,
        asked.subject.as_ref().map_or_else(String::new, Subject::to_string),
        asked.reason.clone(),
        asked.compensation.clone(),
        last_day(t, asked.until),
        absolute(t, asked.asked_at),
        asked.asked_by.clone(),
        at(t, decided.map(|(at, ..)| *at)),
        decided.map_or_else(String::new, |(_, person, _)| person.clone()),
        at(t, ended.map(|(at, _)| *at)),
        ended.map_or_else(String::new, |(_, person)| person.clone()),
    ]
}

/// Every drift that is told.
pub fn drifts(assessment: &Assessment, t: Language) -> Result<Vec<u8>, csv::Error> {
    let mut sheet = Sheet::new(&[
        t.column_number(),
        t.package_host(),
        t.column_rule(),
        t.package_rule_id(),
        t.package_subject(),
        t.package_items(),
        t.package_says(),
        t.drift_failing_since(),
        t.drift_opened(),
        t.package_taken_up(),
        t.package_taken_up_by(),
        t.drift_closed(),
        t.package_resolution(),
    ])?;
    for drift in &assessment.drifts.told {
        let key = &drift.finding.key;
        let items: Vec<String> = assessment.checklist.items_of(&key.rule).map(|item| item.id.to_string()).collect();
        let taken_up = drift.acknowledged.as_ref();
        sheet.row(&[
            drift.id.to_string(),
            assessment.host_name(&drift.host).to_owned(),
            assessment.rule_title(&key.rule, t).to_owned(),
            key.rule.to_string(),
            key.subject.as_ref().map_or_else(String::new, Subject::to_string),
            items.join(" "),
            t.of(&drift.finding.says).to_owned(),
            absolute(t, drift.failing_since),
            absolute(t, drift.opened_at),
            at(t, taken_up.map(|(at, _)| *at)),
            taken_up.map_or_else(String::new, |(_, person)| person.clone()),
            at(t, drift.resolved.map(|(at, _)| at)),
            drift.resolved.map_or_else(String::new, |(_, how)| resolution(how, t)),
        ])?;
    }
    sheet.left(assessment.drifts.left, t)?;
    sheet.bytes()
}

/// Every statement, item by item, the newest of each first; a line for each of its files.
pub fn attestations(assessment: &Assessment, t: Language) -> Result<Vec<u8>, csv::Error> {
    let mut sheet = Sheet::new(&[
        t.column_number(),
        t.package_item_id(),
        t.column_state(),
        t.package_statement(),
        t.attest_evidence_field(),
        t.audit_person(),
        t.attest_at(),
        t.attest_until(),
        t.package_withdrawn(),
        t.package_file(),
        t.package_sha256(),
        t.package_bytes(),
        t.package_scanned(),
    ])?;
    for item in assessment.checklist.items() {
        for (stated, state) in assessment.stated_for(&item.id) {
            let said = &stated.attestation.stated;
            let withdrawn = stated.attestation.withdrawn.as_ref();
            let of_statement = [
                stated.attestation.id.to_string(),
                said.item.to_string(),
                StatedState::label(state, t),
                said.statement.clone(),
                said.evidence.clone(),
                said.person.clone(),
                absolute(t, said.attested_at),
                last_day(t, said.valid_until),
                withdrawn.map_or_else(String::new, |(at, person)| format!("{} {person}", absolute(t, *at))),
            ];
            let files = stated.files.iter().map(|measured| {
                let file = &measured.file;
                let scanned = match file.scanned {
                    crate::evidence::Scan::Clean => t.file_clean(),
                    crate::evidence::Scan::NotAsked => t.file_unscanned(),
                };
                [file.name.clone(), file.digest.to_string(), measured.bytes.to_string(), scanned]
            });
            let mut files: Vec<[String; 4]> = files.collect();
            if files.is_empty() {
                files.push(Default::default());
            }
            for file in files {
                sheet.row(&of_statement.iter().cloned().chain(file).collect::<Vec<_>>())?;
            }
        }
    }
    sheet.bytes()
}

/// The changes of findings that are told, the newest first.
pub fn history(assessment: &Assessment, trail: &Trail, t: Language) -> Result<Vec<u8>, csv::Error> {
    let mut sheet = Sheet::new(&[
        t.column_number(),
        t.package_noticed(),
        t.package_reported(),
        t.package_host(),
        t.column_rule(),
        t.package_rule_id(),
        t.package_subject(),
        t.package_before(),
        t.package_after(),
        t.package_says(),
        t.package_values(),
    ])?;
    let verdict = |kind: Option<VerdictKind>| kind.map_or_else(|| t.history_gone(), |kind| t.verdict(kind));
    for entry in &trail.history.told {
        let change = &entry.change;
        let finding = change.finding.as_ref();
        let values: Vec<String> = finding
            .iter()
            .flat_map(|finding| &finding.evidence)
            .map(|value| format!("{}={}", value.path, value.value))
            .collect();
        sheet.row(&[
            entry.id.to_string(),
            absolute(t, change.at),
            absolute(t, change.received_at),
            assessment.host_name(&entry.host).to_owned(),
            assessment.rule_title(&change.key.rule, t).to_owned(),
            change.key.rule.to_string(),
            change.key.subject.as_ref().map_or_else(String::new, Subject::to_string),
            verdict(change.before),
            verdict(finding.map(|finding| finding.verdict.kind())),
            finding.map_or_else(String::new, |finding| t.of(&finding.says).to_owned()),
            values.join("\n"),
        ])?;
    }
    sheet.left(trail.history.left, t)?;
    sheet.bytes()
}

/// What each version of the form changed, the newest first.
pub fn versions(assessment: &Assessment, trail: &Trail, t: Language) -> Result<Vec<u8>, csv::Error> {
    let mut sheet = Sheet::new(&[
        t.package_version(),
        t.package_accepted(),
        t.package_accepted_by(),
        t.package_what(),
        t.package_before(),
        t.package_after(),
    ])?;
    let told = &trail.versions.told;
    for (at, version) in told.iter().enumerate() {
        let kept = &version.kept;
        let begin = [version.id.to_string(), absolute(t, kept.accepted_at), kept.accepted_by.clone()];
        let mut row = |cells: [String; 3]| sheet.row(&begin.iter().cloned().chain(cells).collect::<Vec<_>>());
        let Some(before) = told.get(at + 1) else {
            row([t.package_first_version(), String::new(), kept.declaration.updated_on.to_string()])?;
            continue;
        };
        for cells in changed(before.declaration(), version.declaration(), assessment, t) {
            row(cells)?;
        }
    }
    sheet.left(trail.versions.left, t)?;
    sheet.bytes()
}

fn changed(before: &Declaration, after: &Declaration, assessment: &Assessment, t: Language) -> Vec<[String; 3]> {
    let answer = |answer: &Option<Answer>| {
        answer.as_ref().map_or_else(String::new, |answer| match answer.remark.as_str() {
            "" => status(answer, t),
            remark => t.answer_with_remark(&status(answer, t), remark),
        })
    };
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    tenken_form::compare::differences(before, after, &assessment.checklist)
        .iter()
        .map(|difference| match difference {
            Difference::Answer { item, before, after } => [item.to_string(), answer(before), answer(after)],
            Difference::Date { before, after } => [t.declaration_updated_on(), day(*before), day(*after)],
            Difference::Header => {
                let (gone, came) = header_lines(&before.header, &after.header);
                [t.declaration_header(), gone.join("\n"), came.join("\n")]
            }
        })
        .collect()
}

/// The names of the evidence files, each with the statement it is attached to.
pub fn evidence_index(assessment: &Assessment, kept: &[String], t: Language) -> Result<Vec<u8>, csv::Error> {
    let mut sheet = Sheet::new(&[
        t.package_sha256(),
        t.package_file(),
        t.package_bytes(),
        t.package_kind(),
        t.package_item_id(),
        t.package_attestation(),
        t.package_included(),
    ])?;
    for stated in &assessment.stated {
        for measured in &stated.files {
            let file = &measured.file;
            let digest = file.digest.to_string();
            let included = if kept.contains(&digest) { t.word_yes() } else { t.word_no() };
            sheet.row(&[
                digest,
                file.name.clone(),
                measured.bytes.to_string(),
                super::media_type(file.kind).to_owned(),
                stated.attestation.stated.item.to_string(),
                stated.attestation.id.to_string(),
                included,
            ])?;
        }
    }
    sheet.bytes()
}

/// Every item with what is declared and what is known of it.
pub fn items(assessment: &Assessment, t: Language) -> Result<Vec<u8>, csv::Error> {
    let mut sheet = Sheet::new(&[
        t.package_item_id(),
        t.column_number(),
        t.column_item(),
        t.column_declared(),
        t.column_state(),
        t.column_since(),
        t.column_hosts_judged(),
        t.column_cause(),
    ])?;
    for (section, item) in assessment.checklist.located() {
        let declared = assessment.version.as_ref().and_then(|version| version.declaration().answer(&item.id));
        let known = assessment.statuses.get(&item.id);
        let causes = known.map(|known| known.causes.iter().map(|cause| words::cause(cause, t)).collect::<Vec<_>>());
        sheet.row(&[
            item.id.to_string(),
            words::place(section, item, t),
            wording(item),
            declared.map_or_else(|| t.sheet_nothing_declared(), |answer| status(answer, t)),
            known.map_or_else(String::new, |known| known.state.label(t)),
            at(t, known.and_then(|known| known.since)),
            known.map_or_else(String::new, |known| words::coverage(known.coverage, t)),
            causes.unwrap_or_default().join("\n"),
        ])?;
    }
    sheet.bytes()
}
