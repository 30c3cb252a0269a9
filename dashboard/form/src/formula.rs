//! Cells of CSV that a spreadsheet would take for formulas, and the apostrophe that keeps it from running them.

/// A cell that a spreadsheet would take for a formula.
pub fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// A cell that would be read otherwise than it is meant: as a formula, or as one whose apostrophe is no part of it.
fn needs_guard(cell: &str) -> bool {
    is_formula(cell.trim_start_matches('\''))
}

/// A cell that a spreadsheet takes for text.
pub fn guarded(cell: &str) -> String {
    if needs_guard(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// A cell without the apostrophe that [`guarded`] puts before it.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if needs_guard(rest) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guarded_is_text_and_reads_the_same() {
        for cell in ["=1+1", "＝1", "-x", "'=1", "''@a", "'quoted'", "", "記録", "1-2"] {
            let kept = guarded(cell);
            assert!(!is_formula(&kept), "{cell}");
            assert_eq!(unguarded(&kept), cell);
        }
    }
}
