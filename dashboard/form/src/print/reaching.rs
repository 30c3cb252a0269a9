//! The tables of the part about the agency as they are drawn: an empty first cell continues the one above it.

/// A cell with how many rows it reaches over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reaching<'a> {
    /// What it says.
    pub(super) text: &'a str,
    /// Over how many rows it reaches, at least 1.
    pub(super) rows: usize,
    /// It names its row: it is the first of several, and says something.
    pub(super) names: bool,
}

/// The rows of a table with the cells that begin in them.
pub(super) fn reaching(rows: &[Vec<String>]) -> Vec<Vec<Reaching<'_>>> {
    let continues = |row: &Vec<String>| row.len() > 1 && row.first().is_some_and(String::is_empty);
    rows.iter()
        .enumerate()
        .map(|(at, row)| {
            let below = rows.get(at + 1..).unwrap_or_default().iter().take_while(|row| continues(row)).count();
            let skipped = usize::from(at > 0 && continues(row));
            let cells = row.iter().enumerate().skip(skipped);
            let reach = |column: usize| if column == 0 { below + 1 } else { 1 };
            let names = |column: usize, text: &str| column == 0 && row.len() > 1 && !text.is_empty();
            cells.map(|(column, text)| Reaching { text, rows: reach(column), names: names(column, text) }).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_first_cell_continues_the_one_above() {
        let table = [vec!["名称", "甲"], vec!["", "乙", "丙"], vec!["", ""], vec!["丁"], vec![]];
        let table: Vec<Vec<String>> =
            table.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        let shown: Vec<Vec<(&str, usize, bool)>> = reaching(&table)
            .iter()
            .map(|row| row.iter().map(|cell| (cell.text, cell.rows, cell.names)).collect())
            .collect();
        assert_eq!(
            shown,
            [
                vec![("名称", 3, true), ("甲", 1, false)],
                vec![("乙", 1, false), ("丙", 1, false)],
                vec![("", 1, false)],
                vec![("丁", 1, false)],
                vec![]
            ]
        );
    }
}
