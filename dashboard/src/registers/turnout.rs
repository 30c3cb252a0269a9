//! How many people came to something, of those who should have. Pure.

use serde::{Deserialize, Serialize};
use tenken_model::Language;

use super::cell::CellError;
use super::definition::{Counted, Definition, Due};
use super::row::{ColumnError, Row};

/// How many came of those who should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turnout {
    /// How many came, then or later.
    pub attended: i64,
    /// How many should have.
    pub invited: i64,
}

impl Turnout {
    /// What a row counts; absent if its register counts nobody, or if nobody was counted.
    pub fn of(definition: &Definition, row: &Row) -> Option<Self> {
        let counted = counted(definition)?;
        let count = |column| row.get(column).parse::<i64>().ok();
        Some(Self { attended: count(counted.attended)?, invited: count(counted.invited)? })
    }

    /// How many are missing.
    pub fn absent(self) -> i64 {
        self.invited.saturating_sub(self.attended).max(0)
    }

    /// It, in one sentence.
    pub fn text(self, language: Language) -> String {
        language.turnout(self.attended, self.invited)
    }
}

/// The columns of a register that count people, if it has such.
pub fn counted(definition: &Definition) -> Option<&'static Counted> {
    definition.columns.iter().find_map(|column| match column.due {
        Due::Turnout(counted) => Some(counted),
        Due::Never | Due::Always | Due::Until(_) | Due::While(..) | Due::Present(_) | Due::Missing(_) => None,
    })
}

/// What is wrong with the counts of a row: both are given or neither, and no more come than should.
pub(super) fn problem(definition: &Definition, row: &Row) -> Option<ColumnError> {
    let counted = counted(definition)?;
    let (invited, attended) = (row.get(counted.invited), row.get(counted.attended));
    let error = |column, error| Some(ColumnError { column, error });
    match (invited.is_empty(), attended.is_empty()) {
        (true, true) => None,
        (true, false) => error(counted.invited, CellError::Empty),
        (false, true) => error(counted.attended, CellError::Empty),
        (false, false) => {
            let turnout = Turnout::of(definition, row)?;
            let most = turnout.invited;
            if turnout.attended > most { error(counted.attended, CellError::NotCount(0, most)) } else { None }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[(&str, &str)]) -> Result<Row, Vec<ColumnError>> {
        let fixed = [("title", "a"), ("held_on", "2026-06-10"), ("topic", "privacy"), ("attendees", "b")];
        let cell = |name: &str| fixed.iter().chain(cells).find(|(column, _)| *column == name);
        Row::read(trainings(), |column| cell(column.name).map(|(_, text)| (*text).to_owned()))
    }

    fn trainings() -> &'static Definition {
        Definition::by_slug("trainings").unwrap()
    }

    #[test]
    fn who_came_is_counted_of_those_who_should_have() {
        let of = |cells| Turnout::of(trainings(), &read(cells).unwrap());
        let short = of(&[("invited", "34"), ("trained", "31")]).unwrap();
        assert_eq!((short.absent(), short.text(Language::Japanese).as_str()), (3, "受講 31/34人"));
        assert_eq!(of(&[("invited", "３４"), ("trained", "34")]).unwrap().absent(), 0, "full-width digits");
        assert_eq!(of(&[("invited", "34"), ("trained", "0")]).unwrap().absent(), 34, "nobody came");
        assert_eq!(of(&[]), None, "nobody was counted");
        assert_eq!(Definition::all().iter().filter_map(counted).count(), 1, "no other register counts people");
    }

    #[test]
    fn one_count_without_the_other_or_more_than_all_is_refused() {
        for (cells, column) in [
            (&[("invited", "34")][..], "trained"),
            (&[("trained", "31")], "invited"),
            (&[("invited", "34"), ("trained", "35")], "trained"),
            (&[("invited", "0"), ("trained", "0")], "invited"),
            (&[("invited", "34"), ("trained", "-1")], "trained"),
            (&[("invited", "all"), ("trained", "31")], "invited"),
        ] {
            let errors = read(cells).unwrap_err();
            assert!(errors.iter().any(|error| error.column == column), "{cells:?}: {errors:?}");
        }
    }
}
