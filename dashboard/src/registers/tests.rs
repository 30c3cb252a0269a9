//! Every register: what is typed is stored, shown, written to files and read back unchanged.

use proptest::prelude::*;
use proptest::sample::select;
use tenken_model::Language;

use super::definition::{Column, Definition, Input};
use super::encoding::Encoding;
use super::{Names, Row, export, import, workbook};

/// What people may type in a column. Texts are hostile on purpose.
fn typed(column: &'static Column) -> BoxedStrategy<String> {
    let text = prop_oneof![
        "\\PC{1,20}",
        select(vec![
            "=1+1",
            "'=x",
            "''",
            "@SUM(A1)",
            "<script>alert(1)</script>",
            "a,b\"c\"",
            "髙橋 ①㈱",
            "_x0041_",
            "007",
            "1e5",
            "true"
        ])
        .prop_map(str::to_owned),
    ];
    let day = (1900_i32..2200, 1_u32..13, 1_u32..29);
    let filled = match column.input {
        Input::Line | Input::Shared | Input::Row(_) => text.boxed(),
        Input::Paragraph => (text, "\\PC{0,10}").prop_map(|(one, two)| format!("{one}\n{two}")).boxed(),
        Input::Flag => select(vec!["はい", "いいえ", "○", "false"]).prop_map(str::to_owned).boxed(),
        Input::Choice(choices) => {
            let words: Vec<String> = choices
                .iter()
                .flat_map(|choice| {
                    [choice.word.to_owned(), (choice.label)(Language::Japanese), (choice.label)(Language::English)]
                })
                .collect();
            select(words).boxed()
        }
        Input::Day | Input::LastDay => day.prop_map(|(year, month, day)| format!("{year}年{month}月{day}日")).boxed(),
        Input::Mac => "[0-9a-f]{10}1a".prop_map(|digits| digits).boxed(),
        Input::Span => {
            (1_i64..400, select(vec!["d", "h", "m"])).prop_map(|(number, unit)| format!("{number}{unit}")).boxed()
        }
        Input::Count(least, most) => (least..=most).prop_map(|number| number.to_string()).boxed(),
        Input::Path => "/[a-z 山/]{0,20}".boxed(),
        Input::Address => select(vec!["https://a.example.jp/x?y=z", "10.0.0.0/8", "SV-1:22", "2001:db8::1"])
            .prop_map(str::to_owned)
            .boxed(),
        Input::Email => select(vec!["sato@example.jp", "ｓａｔｏ@example.jp"]).prop_map(str::to_owned).boxed(),
        Input::Items => {
            select(vec!["technical.13", "情報の破棄 1、technical.9", "災害、サイバー攻撃等の非常時の対応 8"])
                .prop_map(str::to_owned)
                .boxed()
        }
    };
    if column.required { filled } else { prop_oneof![1 => Just(String::new()), 3 => filled].boxed() }
}

fn any_row(definition: &'static Definition) -> impl Strategy<Value = (&'static Definition, Vec<String>)> {
    definition.columns.iter().map(typed).collect::<Vec<_>>().prop_map(move |cells| (definition, cells))
}

fn rows() -> impl Strategy<Value = (&'static Definition, Vec<String>)> {
    (0..Definition::all().len()).prop_flat_map(|index| any_row(&Definition::all()[index]))
}

fn read(definition: &'static Definition, cells: &[String]) -> Option<Row> {
    let place = |column: &'static Column| definition.columns.iter().position(|other| other.name == column.name);
    Row::read(definition, |column| place(column).map(|place| cells[place].clone())).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn a_row_stays_the_same_on_every_way((definition, cells) in rows()) {
        // A text of spaces or signs that are not shown is refused where it is required.
        let Some(row) = read(definition, &cells) else { return Ok(()) };
        let stored = Row::from_json(definition, &row.to_json(definition));
        prop_assert_eq!(&stored, &row);
        for language in [Language::Japanese, Language::English] {
            let shown: Vec<String> = definition.columns.iter().map(|column| row.shown(column, language)).collect();
            prop_assert_eq!(read(definition, &shown), Some(row.clone()), "{:?}", shown);
            let form: Vec<String> = definition.columns.iter().map(|column| row.typed(column, language)).collect();
            prop_assert_eq!(read(definition, &form), Some(row.clone()), "{:?}", form);
            let csv = export::write(definition, [&row], language, Encoding::Utf8).unwrap();
            let book = workbook::write(definition, [&row], language).unwrap();
            for file in [csv, book] {
                let again = import::read(definition, &Names::default(), &file).unwrap();
                prop_assert_eq!(&again.errors, &vec![]);
                prop_assert_eq!(&again.rows[0].1, &row);
            }
        }
    }
}

#[test]
fn every_register_can_be_filled_with_what_is_required_alone() {
    for definition in Definition::all() {
        let cells: Vec<String> = definition
            .columns
            .iter()
            .map(|column| match column.input {
                _ if !column.required => "",
                Input::Choice(choices) => choices[0].word,
                Input::Day | Input::LastDay => "2026-11-24",
                Input::Mac => "00:1b:44:11:3a:b7",
                Input::Span => "1d",
                Input::Path => "/a",
                _ => "7",
            })
            .map(str::to_owned)
            .collect();
        let row = read(definition, &cells).unwrap_or_else(|| panic!("{}", definition.slug));
        assert!(!row.name(definition).is_empty() && !row.called(definition).is_empty(), "{}", definition.slug);
    }
}
