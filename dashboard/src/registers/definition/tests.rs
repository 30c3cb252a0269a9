use std::collections::BTreeSet;

use tenken_engine::Checklist;
use tenken_model::register::RegisterKind;
use tenken_model::schema::{Described, Type};

use super::*;

fn words(ty: &Type) -> Option<Vec<&'static str>> {
    match ty {
        Type::Choice(choice) => Some(choice.words.iter().map(|(word, _)| *word).collect()),
        _ => None,
    }
}

fn is_day(definition: &Definition, name: &str) -> bool {
    matches!(definition.column(name).map(|column| column.input), Some(Input::Day | Input::LastDay))
}

#[test]
fn every_field_of_a_row_has_a_column_and_every_word_its_label() {
    for definition in Definition::all() {
        let Some(ty) = definition.kind.row_type() else { continue };
        let Type::Record(record) = ty else { panic!("a row is a record") };
        for field in record.fields {
            let column = definition.column(field.name).unwrap_or_else(|| panic!("no column {}", field.name));
            let ty = &(field.ty)();
            match column.input {
                Input::Choice(choices) => {
                    assert_eq!(words(ty).unwrap(), choices.iter().map(|c| c.word).collect::<Vec<_>>());
                }
                Input::Flag => assert_eq!(*ty, bool::ty()),
                Input::Span => assert_eq!(*ty, tenken_model::Span::ty()),
                Input::Count(..) => assert_eq!(*ty, i64::ty()),
                Input::LastDay => assert_eq!(*ty, Option::<tenken_model::Instant>::ty()),
                Input::Line
                | Input::Shared
                | Input::Email
                | Input::Paragraph
                | Input::Day
                | Input::Mac
                | Input::Path
                | Input::Address
                | Input::Row(_)
                | Input::Items => assert_eq!(*ty, Type::Text),
            }
        }
    }
}

#[test]
fn what_a_definition_names_is_there() {
    let checklist = Checklist::embedded().unwrap();
    let items: BTreeSet<&str> = checklist.items().map(|item| item.id.as_str()).collect();
    for definition in Definition::all() {
        let slug = definition.slug;
        assert!(!definition.key.is_empty() && !definition.feeds.is_empty(), "{slug}");
        for key in definition.key {
            let column = definition.column(key).unwrap_or_else(|| panic!("{slug}: no column {key}"));
            let own = matches!(column.input, Input::Line | Input::Day | Input::Mac | Input::Row(_));
            assert!(own, "{slug}: a row is called by what is shown as it is stored: {key}");
            assert!(column.required || !column.default.is_empty(), "{slug}: what identifies a row is required: {key}");
        }
        assert!(definition.column(definition.lead).is_some_and(|column| column.required), "{slug}");
        if let Some(approval) = definition.approval {
            let day = |name: &str| definition.column(name).is_some_and(|column| matches!(column.input, Input::Day));
            let person = definition.column(approval.person).unwrap();
            assert!(matches!(person.input, Input::Row(Register::People)) && day(approval.day), "{slug}");
            assert!(day(approval.before) && approval.covers(approval.before), "{slug}");
            assert!(
                approval.late.is_none_or(|late| definition.column(late).is_some() && approval.covers(late)),
                "{slug}"
            );
            assert!(approval.after.iter().all(|after| definition.column(after).is_some()), "{slug}");
            assert!(definition.key.iter().all(|key| approval.covers(key)), "{slug}: another row is approved anew");
            assert!(!person.required && !definition.column(approval.day).unwrap().required, "{slug}: it comes later");
        }
        for item in definition.feeds {
            assert!(items.contains(item), "{slug}: no item {item}");
        }
        for column in definition.columns {
            let day = matches!(column.input, Input::Day | Input::LastDay);
            assert!(column.due == Due::Never || day, "{slug}.{}: only a day can be due", column.name);
            match column.due {
                Due::Never | Due::Always => {}
                Due::Until(filled) => assert!(definition.column(filled).is_some(), "{slug}: no column {filled}"),
                Due::While(named, words) => {
                    let Some(Input::Choice(choices)) = definition.column(named).map(|column| column.input) else {
                        panic!("{slug}: no choice {named}")
                    };
                    assert!(words.iter().all(|word| choices.iter().any(|choice| choice.word == *word)), "{slug}");
                }
                Due::Present(leaves) => assert!(is_day(definition, leaves), "{slug}: no day {leaves}"),
                Due::Missing(missing) => {
                    assert!(is_day(definition, missing.by) && is_day(definition, missing.leaves), "{slug}");
                    let unless = definition.column(missing.unless).map(|column| column.input);
                    assert!(matches!(unless, Some(Input::Flag)), "{slug}: no flag {}", missing.unless);
                }
                Due::Turnout(counted) => {
                    let is_count = |name| matches!(definition.column(name).map(|it| it.input), Some(Input::Count(..)));
                    assert!(is_count(counted.invited) && is_count(counted.attended), "{slug}");
                    let held = definition.column(counted.held_on).is_some_and(|column| column.required);
                    assert!(held && is_day(definition, counted.held_on), "{slug}: a day is known in any case");
                }
            }
            if let Input::Row(register) = column.input {
                let other = Definition::of(register).unwrap_or_else(|| panic!("{slug}: no register {register:?}"));
                let refers = |key: &&str| matches!(other.column(key).map(|column| column.input), Some(Input::Row(_)));
                assert!(!other.key.iter().any(refers), "{}: it would have to follow and be followed", other.slug);
            }
        }
        assert!((6..=18).contains(&definition.columns.len()), "{slug}: {} columns", definition.columns.len());
    }
}

#[test]
fn no_two_columns_of_a_register_have_one_heading() {
    for definition in Definition::all() {
        for language in [Language::Japanese, Language::English] {
            let labels: BTreeSet<String> =
                definition.columns.iter().map(|column| fold(&(column.label)(language))).collect();
            assert_eq!(labels.len(), definition.columns.len(), "{} {language:?}", definition.slug);
        }
        let names: BTreeSet<&str> = definition.columns.iter().map(|column| column.name).collect();
        assert_eq!(names.len(), definition.columns.len(), "{}", definition.slug);
        let headings = definition.headings();
        for column in definition.columns {
            for name in [column.name.to_owned(), (column.label)(Language::Japanese), (column.label)(Language::English)]
            {
                assert_eq!(headings[&fold(&name)], column, "{}: {name} is another column too", definition.slug);
            }
        }
        for (heading, column) in definition.headings() {
            let own = [column.name.to_owned(), (column.label)(Language::Japanese), (column.label)(Language::English)];
            assert!(own.iter().any(|name| fold(name) == heading), "{}: {heading}", definition.slug);
        }
        assert_eq!(definition.headings().values().map(|column| column.name).collect::<BTreeSet<_>>(), names);
    }
}

#[test]
fn every_register_has_its_own_name_and_address() {
    for (index, definition) in Definition::all().iter().enumerate() {
        assert_eq!(Register::from_name(definition.kind.name()), Some(definition.kind));
        for other in &Definition::all()[..index] {
            assert_ne!((other.kind, other.slug), (definition.kind, definition.slug));
            assert_ne!(other.slug, definition.slug);
        }
    }
    for kind in RegisterKind::ALL {
        assert!(Definition::of(Register::Joined(*kind)).is_some(), "{kind:?}");
    }
}

#[test]
fn headings_are_found_in_both_languages_whatever_their_width() {
    let accounts = Definition::by_slug("accounts").unwrap().headings();
    for heading in ["account", " アカウント名 ", "Account", "ＡＣＣＯＵＮＴ", "ｱｶｳﾝﾄ 名", "アカウント\n名"]
    {
        assert_eq!(accounts[&fold(heading)].name, "account");
    }
    assert!(!accounts.contains_key(&fold("パスワード")));
}
