//! Rules, their cases, checklists and quantities as people write them.

use tenken_model::{Size, Span};

pub(super) fn expression(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(tree) = tenken_engine::expression::parse::parse(&text) {
        let names = tenken_engine::expression::check::Names {
            values: tenken_model::fact::types().into_iter().map(|(name, ty)| (name.to_owned(), ty)).collect(),
            ..Default::default()
        };
        let _checked = tenken_engine::expression::check::check(&tree, &names);
    }
}

pub(super) fn rule(data: &[u8]) {
    if let Err(problems) = tenken_engine::Rule::load("rule.yaml", &String::from_utf8_lossy(data)) {
        assert!(!problems.is_empty());
    }
}

pub(super) fn cases(data: &[u8]) {
    let _loaded = tenken_engine::CaseFile::load("rule.cases.yaml", &String::from_utf8_lossy(data));
}

pub(super) fn checklist(data: &[u8]) {
    let _loaded = tenken_engine::Checklist::load("checklist.yaml", &String::from_utf8_lossy(data));
}

pub(super) fn quantity(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(span) = text.parse::<Span>() {
        // Two units are shown: what is smaller is left out, and nothing but that.
        let shown = span.to_string();
        let again: Span = shown.parse().unwrap_or(Span::ZERO);
        assert!(again.abs() <= span.abs() && again.to_string() == shown);
    }
    if let Ok(size) = text.parse::<Size>() {
        let _shown = size.to_string();
    }
}
