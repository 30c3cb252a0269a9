//! The checklist as a catalog of controls.

use serde_json::{Value, json};
use tenken_engine::checklist::{Item, Section};
use tenken_model::Language;

use super::piece::{line, metadata, own, with};
use crate::assessment::Assessment;

/// The checklist as an OSCAL catalog: a group a section, a control an item, with the official wording as its statement.
pub fn catalog(assessment: &Assessment) -> Value {
    let edition = &assessment.checklist.edition;
    let groups: Vec<Value> = assessment.checklist.sections.iter().map(|section| group(section, assessment)).collect();
    json!({
        "catalog": {
            "uuid": assessment.id_of("catalog", &[&edition.id]),
            "metadata": metadata(assessment, &edition.title_ja),
            "groups": groups,
        }
    })
}

fn group(section: &Section, assessment: &Assessment) -> Value {
    let controls: Vec<Value> = section.items.iter().map(|item| control(item, assessment)).collect();
    json!({
        "id": section.id.as_str(),
        "title": line(&section.heading_ja),
        "props": [own("title-en", &section.heading_en), own("chapter", &section.chapter)],
        "controls": controls,
    })
}

fn control(item: &Item, assessment: &Assessment) -> Value {
    let id = item.id.as_str();
    let (mut bullets, mut parts) = (Vec::new(), Vec::new());
    for (at, bullet) in item.bullets.iter().enumerate() {
        bullets.push(json!({ "id": format!("{id}_smt.{}", at + 1), "name": "item", "prose": line(bullet) }));
    }
    if let Some(tail) = &item.tail_ja {
        bullets.push(json!({ "id": format!("{id}_smt.tail"), "name": "item", "prose": line(tail) }));
    }
    let statement = json!({ "id": statement_of(item), "name": "statement", "prose": line(&item.text_ja) });
    parts.push(with(statement, "parts", bullets));
    if let Some(note) = item.note.as_deref().and_then(|mark| assessment.checklist.note(mark)) {
        parts.push(json!({ "id": format!("{id}_gdn"), "name": "guidance", "prose": line(&note.text_ja) }));
    }
    let mut props = vec![own("class", item.class.word()), own("title-en", Language::English.of(&item.short))];
    props.extend(item.conditional_on.map(|condition| own("bears-only-if", condition.word())));
    props.extend(item.all_rules().map(|rule| own("rule", rule.as_str())));
    with(json!({ "id": id, "title": line(&item.short.ja), "parts": parts }), "props", props)
}

/// The id of an item's statement, which findings are about.
pub(super) fn statement_of(item: &Item) -> String {
    format!("{}_smt", item.id)
}
