//! What a file would change, shown before it is applied.

use std::collections::BTreeMap;

use tenken_model::digest::Digest;

use super::approval;
use super::definition::Definition;
use super::import::ReadFile;
use super::row::Row;

/// A row of the register that is open, with the store's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRow {
    /// The store's id.
    pub id: i64,
    /// What it says.
    pub row: Row,
}

/// What a file would change. Rows of the register that the file does not have stay as they are.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    /// Rows to add, with their lines.
    pub added: Vec<(u64, Row)>,
    /// Rows to change.
    pub changed: Vec<Changed>,
    /// How many rows say what the register says.
    pub unchanged: usize,
    /// How many open rows are not in the file.
    pub not_in_file: usize,
}

/// A row to change.
#[derive(Debug, PartialEq, Eq)]
pub struct Changed {
    /// The line in the file.
    pub line: u64,
    /// The store's id of the row.
    pub id: i64,
    /// What it says now.
    pub before: Row,
    /// What it would say.
    pub after: Row,
    /// The columns that differ.
    pub columns: Vec<&'static str>,
}

/// Compares a file with the open rows. A column that the file does not have keeps its value.
pub fn plan(definition: &'static Definition, file: &ReadFile, open: &[OpenRow]) -> Plan {
    let mut left: BTreeMap<Vec<String>, &OpenRow> = open.iter().map(|open| (open.row.key(definition), open)).collect();
    let mut plan = Plan { added: Vec::new(), changed: Vec::new(), unchanged: 0, not_in_file: 0 };
    for (line, row) in &file.rows {
        let Some(before) = left.remove(&row.key(definition)) else {
            plan.added.push((*line, row.clone()));
            continue;
        };
        let after = approval::carried(definition, Some(&before.row), &before.row.with(row, &file.columns));
        let columns = before.row.differences(&after);
        if columns.is_empty() {
            plan.unchanged += 1;
        } else {
            plan.changed.push(Changed { line: *line, id: before.id, before: before.row.clone(), after, columns });
        }
    }
    plan.not_in_file = left.len();
    plan
}

impl Plan {
    /// Nothing would change.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty()
    }

    /// What would be written, so that applying can notice that the register has changed since the
    /// preview.
    pub fn digest(&self, definition: &Definition) -> Digest {
        let mut parts = Vec::new();
        for (_, row) in &self.added {
            parts.push(row.to_json(definition).to_string());
        }
        for changed in &self.changed {
            parts.push(changed.id.to_string());
            parts.push(changed.before.to_json(definition).to_string());
            parts.push(changed.after.to_json(definition).to_string());
        }
        Digest::of_parts(parts.iter().map(String::as_bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Names, import};
    use super::*;

    fn open(id: i64, text: &str) -> OpenRow {
        let accounts = Definition::by_slug("accounts").unwrap();
        let file =
            import::read(accounts, &Names::default(), format!("host,account,kind,owner,note\n{text}\n").as_bytes())
                .unwrap();
        OpenRow { id, row: file.rows[0].1.clone() }
    }

    #[test]
    fn rows_are_new_changed_or_unchanged_by_their_key() {
        let accounts = Definition::by_slug("accounts").unwrap();
        let register = [open(1, "*,a,person,山田,memo"), open(2, "SV1,b,service,佐藤,"), open(3, "*,gone,person,x,")];
        let file = import::read(
            accounts,
            &Names::default(),
            "host,account,kind,owner\n*,a,person,山田\nSV1,b,service,鈴木\n*,A,person,田中\n".as_bytes(),
        )
        .unwrap();
        let plan = plan(accounts, &file, &register);
        assert_eq!((plan.added.len(), plan.unchanged, plan.not_in_file), (1, 1, 1), "a missing column keeps its value");
        let told: Vec<_> = plan.changed.iter().map(|c| (c.line, c.id, c.columns.clone())).collect();
        assert_eq!(told, [(3, 2, vec!["owner"])]);
        assert_eq!((plan.added[0].0, plan.added[0].1.get("account")), (4, "A"));
    }

    #[test]
    fn the_digest_notices_another_register() {
        let accounts = Definition::by_slug("accounts").unwrap();
        let file = import::read(accounts, &Names::default(), b"account,kind,owner\na,person,y\n").unwrap();
        let first = plan(accounts, &file, &[open(1, "*,a,person,x,")]);
        let second = plan(accounts, &file, &[open(1, "*,a,person,z,")]);
        assert_ne!(first.digest(accounts), second.digest(accounts));
        assert!(plan(accounts, &file, &[open(1, "*,a,person,y,")]).is_empty());
    }
}
