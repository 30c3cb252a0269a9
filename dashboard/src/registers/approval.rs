//! What the approval of a row rests on. Pure.
//!
//! Who approved a row, and when, stands in two of its columns, so that it is shown, searched and exported like the rest. They
//! are written by the act alone ([`super::approve`]): what is typed or read from a file is refused. A row that is changed in
//! what was approved is no longer approved.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use tenken_model::digest::Digest;

use super::cell::{self, CellError};
use super::definition::{Approval, Column, Definition};
use super::row::{ColumnError, Row};
use crate::store::{RegisterAct, RegisterEntry};

/// Whether a row is approved.
pub fn is_given(approval: &Approval, row: &Row) -> bool {
    !row.get(approval.person).is_empty() && !row.get(approval.day).is_empty()
}

/// The columns that are approved.
fn covered(definition: &'static Definition, approval: Approval) -> impl Iterator<Item = &'static Column> {
    definition.columns.iter().filter(move |column| approval.covers(column.name))
}

/// Two rows say the same where it is approved.
fn says_same(definition: &'static Definition, approval: Approval, one: &Row, other: &Row) -> bool {
    covered(definition, approval).all(|column| one.get(column.name) == other.get(column.name))
}

/// What is asked to be approved, as a digest.
pub fn asked(definition: &'static Definition, approval: Approval, row: &Row) -> Digest {
    let parts =
        covered(definition, approval).flat_map(|column| [column.name.as_bytes(), row.get(column.name).as_bytes()]);
    Digest::of_parts(parts)
}

/// A row as it comes from a form or a file, with the approval that it has: what it had before, if what was approved is the
/// same. Another approval that was written into it stays, to be refused by [`check`].
#[must_use]
pub fn carried(definition: &'static Definition, before: Option<&Row>, after: &Row) -> Row {
    let mut carried = after.clone();
    let Some(approval) = definition.approval else { return carried };
    let stands = before.filter(|before| says_same(definition, approval, before, after));
    for column in [approval.person, approval.day] {
        let had = before.map_or("", |before| before.get(column));
        if after.get(column).is_empty() || after.get(column) == had {
            carried.set(column, stands.map_or_else(String::new, |before| before.get(column).to_owned()));
        }
    }
    carried
}

/// What of a row was written by hand although only an approval may write it.
pub fn check(definition: &Definition, before: Option<&Row>, row: &Row) -> Vec<ColumnError> {
    let Some(approval) = definition.approval else { return Vec::new() };
    let by_hand = |column: &&'static str| {
        let text = row.get(column);
        !text.is_empty() && before.is_none_or(|before| before.get(column) != text)
    };
    let columns = [approval.person, approval.day].into_iter().filter(by_hand);
    columns.map(|column| ColumnError { column, error: CellError::ByApproval }).collect()
}

/// Who ever wrote something of what is asked to be approved: none of them approves it. `history` is the newest first.
pub fn authors<'a>(
    definition: &'static Definition,
    approval: Approval,
    history: &'a [RegisterEntry],
) -> BTreeSet<&'a str> {
    let mut authors = BTreeSet::new();
    let mut before: Option<&Row> = None;
    for entry in history.iter().rev() {
        let wrote = matches!(entry.act, RegisterAct::Added | RegisterAct::Changed);
        if wrote && before.is_none_or(|before| !says_same(definition, approval, before, &entry.row)) {
            authors.insert(entry.person.as_str());
        }
        before = Some(&entry.row);
    }
    authors
}

/// The day before whose end a row is to be approved.
pub fn before(definition: &Definition, approval: Approval, row: &Row) -> Option<NaiveDate> {
    definition.column(approval.before).and_then(|column| cell::day(column, row.get(column.name)))
}

/// Whether an approval on that day would be late without anybody having said why.
pub fn lacks_reason(definition: &Definition, approval: Approval, row: &Row, today: NaiveDate) -> bool {
    let is_late = before(definition, approval, row).is_some_and(|day| day < today);
    is_late && approval.late.is_some_and(|late| row.get(late).is_empty())
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;

    use super::*;

    fn works() -> (&'static Definition, Approval) {
        let definition = Definition::by_slug("maintenance").unwrap();
        (definition, definition.approval.unwrap())
    }

    fn work(cells: &[(&str, &str)]) -> Row {
        let plain =
            [("number", "W-1"), ("work_on", "2027-03-12"), ("vendor", "v"), ("system", "s"), ("manner", "remote")];
        let plain = plain.into_iter().chain([("workers", "w"), ("content", "c")]);
        let typed = |column: &'static Column| {
            let mut all = cells.iter().copied().chain(plain.clone());
            all.find(|(name, _)| *name == column.name).map(|(_, text)| text.to_owned())
        };
        Row::read(works().0, typed).unwrap()
    }

    const GIVEN: [(&str, &str); 2] = [("approver", "鈴木"), ("approved_on", "2027-03-11")];

    fn given(more: &[(&str, &str)]) -> Row {
        work(&[&GIVEN, more].concat())
    }

    #[test]
    fn it_stands_while_what_was_approved_is_the_same() {
        let (definition, approval) = works();
        let carried = |after: &Row| carried(definition, Some(&given(&[])), after);
        let result = carried(&work(&[("result", "済"), ("reviewed_by", "佐藤"), ("note", "n")]));
        assert!(is_given(&approval, &result) && result.get("result") == "済", "what is filled in afterwards");
        for changed in
            [[("work_on", "2027-03-13")], [("account", "* / other")], [("workers", "x")], [("late_reason", "x")]]
        {
            assert!(!is_given(&approval, &carried(&work(&changed))), "{changed:?}");
            assert!(!is_given(&approval, &carried(&given(&changed))), "a file that says both: {changed:?}");
            assert_eq!(check(definition, Some(&given(&[])), &carried(&given(&changed))), []);
        }
        assert_eq!(carried(&given(&[])), given(&[]));
    }

    #[test]
    fn nobody_writes_it_by_hand() {
        let (definition, _) = works();
        let refused = |before: Option<&Row>, row: &Row| -> Vec<&str> {
            let row = carried(definition, before, row);
            check(definition, before, &row).into_iter().map(|error| error.column).collect()
        };
        assert_eq!(refused(None, &given(&[])), ["approver", "approved_on"]);
        assert_eq!(refused(Some(&work(&[])), &given(&[])), ["approver", "approved_on"]);
        assert_eq!(
            refused(Some(&given(&[])), &work(&[("approver", "加藤"), ("approved_on", "2027-03-11")])),
            ["approver"]
        );
        assert_eq!(refused(Some(&given(&[])), &work(&[])), [""; 0], "an empty cell of a file takes nothing back");
        let accounts = Definition::by_slug("accounts").unwrap();
        assert_eq!(check(accounts, None, &given(&[])), [], "rows of others need none");
    }

    #[test]
    fn who_wrote_any_of_it_is_an_author() {
        let (definition, approval) = works();
        let entry =
            |person: &str, act, row: Row| RegisterEntry { at: Instant::UNIX_EPOCH, person: person.into(), act, row };
        let history = [
            entry("kato", RegisterAct::Changed, given(&[("workers", "x"), ("result", "r")])),
            entry("suzuki", RegisterAct::Approved, given(&[("workers", "x")])),
            entry("ito", RegisterAct::Changed, work(&[("workers", "x")])),
            entry("sato", RegisterAct::Added, work(&[])),
        ];
        assert_eq!(authors(definition, approval, &history), BTreeSet::from(["sato", "ito"]));
    }

    #[test]
    fn late_approval_needs_a_reason_where_the_register_asks_for_one() {
        let (definition, approval) = works();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert!(!lacks_reason(definition, approval, &work(&[]), day("2027-03-12")), "on the day itself");
        assert!(lacks_reason(definition, approval, &work(&[]), day("2027-03-13")));
        assert!(!lacks_reason(definition, approval, &work(&[("late_reason", "障害")]), day("2027-03-13")));
        assert_ne!(asked(definition, approval, &work(&[])), asked(definition, approval, &work(&[("workers", "x")])));
        assert_eq!(asked(definition, approval, &work(&[])), asked(definition, approval, &given(&[("note", "n")])));
    }
}
