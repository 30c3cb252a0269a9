//! From the values an expression read to evidence.

use tenken_model::Language;
use tenken_model::finding::Evidence;
use tenken_model::schema::Value;

use crate::expression::show;

/// The longest value shown, in characters: enough for an auditor, too little to fill a report.
const SHOWN_CHARS_MAX: usize = 300;

/// Fields that are measurements and differ at each reading, by their last name. Settings never do, so
/// that a changed setting is a transition and a changed measurement alone is none.
const MEASUREMENTS: [&str; 9] = [
    "offset",
    "error_bound",
    "max_error",
    "estimated_error",
    "samples",
    "stratum",
    "newest_size",
    "size_percent",
    "randomised_count",
];

/// Evidence in the order it was read. Values are written in English words, so that a finding's digest does
/// not depend on who looks at it.
pub(super) fn of(trail: Vec<(String, Value)>) -> Vec<Evidence> {
    trail
        .into_iter()
        .map(|(path, value)| {
            let volatile = is_volatile(&path, &value);
            Evidence { path, value: shortened(show::value(&value, Language::English)), volatile }
        })
        .collect()
}

fn is_volatile(path: &str, value: &Value) -> bool {
    let field = path.rsplit('.').next().unwrap_or(path);
    match value {
        Value::Time(_) => !path.starts_with("registers."),
        Value::Optional(Some(inner)) => is_volatile(path, inner),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Text(_)
        | Value::Span(_)
        | Value::Size(_)
        | Value::List(_)
        | Value::Record(_)
        | Value::Optional(None)
        | Value::Unknown(_) => !path.starts_with("params.") && MEASUREMENTS.contains(&field),
    }
}

fn shortened(text: String) -> String {
    if text.chars().count() <= SHOWN_CHARS_MAX {
        return text;
    }
    text.chars().take(SHOWN_CHARS_MAX).chain(['…']).collect()
}
