//! What is wrong with a text, in the visitor's language.
//!
//! The engine says it in English, to agents and in tests as well. What people meet when they write rules is said in Japanese
//! here; what is not in this list is shown as the engine says it, so that nothing is kept back.

use tenken_model::Language;

/// What the engine says, with `{}` for what differs, and the same in Japanese: `{0}` is the first that differs.
const WORDS: &[(&str, &str)] = &[
    ("the id must be the file's name: `{}`", "id は「{0}」にしてください"),
    ("this text is empty; both languages are needed", "空欄です。日本語と英語の両方が必要です"),
    (
        "name 1 to {} sources: where the requirement and its number come from",
        "根拠(sources)を1〜{0}件書いてください。要件や数値の出どころです",
    ),
    ("this source is empty", "根拠が空欄です"),
    ("name 1 to {} topics the rule rests on", "もとになる事実(topics)を1〜{0}件書いてください"),
    ("`{}` is listed twice", "「{0}」が2回書かれています"),
    ("there is no topic `{}`; there are {}", "「{0}」という事実はありません。使えるのは {1} です"),
    ("a negative time means nothing here", "負の時間は使えません"),
    (
        "a fact needs time to be read; allow at least some minutes",
        "事実を読むには時間がかかります。数分以上にしてください",
    ),
    (
        "an empty list; leave the key out for all systems",
        "空の一覧です。すべてのOSを対象にするなら、この項目ごと消してください",
    ),
    (
        "a name is lower-case letters, digits and `_`, and begins with a letter",
        "名前は英小文字で始め、英小文字・数字・「_」で書いてください",
    ),
    ("a rule has at most {} parameters", "基準値は{0}件までです"),
    ("say where the default comes from", "初期値の根拠(source)を書いてください"),
    ("a {} needs `{}`", "{0} には「{1}」が必要です"),
    ("a {} has no `{}`", "{0} に「{1}」は書けません"),
    ("a list of texts needs `max_items`, 1 to {}", "文字列の一覧には max_items(1〜{0})が必要です"),
    ("`max` is less than `min`", "max が min より小さくなっています"),
    ("no expression names this parameter", "この基準値はどの式でも使われていません"),
    ("{} is less than {}", "{0} は下限の {1} より小さい値です"),
    ("{} is more than {}", "{0} は上限の {1} より大きい値です"),
    ("at most {} texts fit here, these are {}", "{0}件までです({1}件あります)"),
    ("`{}` is not what this parameter takes: {}", "「{0}」は使えません。{1} で書いてください"),
    (
        "`{}` is not {}: write a whole number and a unit, one of {}",
        "「{0}」は読み取れません。整数と単位({2})で書いてください",
    ),
    (
        "`{}`: write 1 to {} business days, as `2 business days`",
        "「{0}」は読み取れません。1〜{1}営業日を「2 business days」のように書いてください",
    ),
    ("`{}` means something only with `each`", "「{0}」は each と一緒にだけ使えます"),
    ("this must be a list, but it is {}", "一覧でなければなりませんが、{0} です"),
    ("there is no register `{}`; there are {}", "「{0}」という台帳はありません。使えるのは {1} です"),
    (
        "`{}` already means something; choose another name",
        "「{0}」はほかの意味で使われています。別の名前にしてください",
    ),
    ("a rule has `holds` or `any_of`, not both", "holds と any_of は、どちらか一方だけを書いてください"),
    (
        "the rule says nothing that must be true; write `holds` or `any_of`",
        "満たすべき条件がありません。holds か any_of を書いてください",
    ),
    ("`any_of` has 2 to {} branches", "any_of の選択肢は2〜{0}件です"),
    ("this id is given twice", "このIDは2回使われています"),
    ("`unknown_when` needs a sentence in `says.unknown`", "unknown_when には says.unknown の文が必要です"),
    ("this is never said without `unknown_when`", "unknown_when がないため、この文は使われません"),
    ("this must be true or false, but it is {}", "真偽値でなければなりませんが、{0} です"),
    ("this must be a text, but it is {}", "文字列でなければなりませんが、{0} です"),
    ("`}` without `{`; write `}}` for a brace", "「{」のない「}」です。文字として書くには「}}」としてください"),
    ("`{` is not closed; write `{{` for a brace", "「{」が閉じていません。文字として書くには「{{」としてください"),
    ("{} has many parts; name the one to be said", "{0} には複数の要素があります。表示するものを選んでください"),
    ("there is no `{}` here; did you mean `{}`?", "「{0}」はありません。「{1}」ではありませんか"),
    ("there is no `{}` here{}", "「{0}」はここでは使えません{1}"),
    ("{} has no field `{}`; did you mean `{}`?", "{0} に「{1}」はありません。「{2}」ではありませんか"),
    (
        "a list has no field `{}`; use all, exists, filter or map",
        "一覧に「{0}」はありません。all、exists、filter、map を使ってください",
    ),
    ("{} has no field `{}`{}", "{0} に「{1}」はありません{2}"),
    (
        "this {} may be absent: ask `hasValue()` first, then `value().{}`",
        "この {0} はないことがあります。先に hasValue() で確かめ、value().{1} と書いてください",
    ),
    (
        "`{}` does not fit {} and {}; a value that may be absent needs `hasValue()` and `value()`",
        "「{0}」は {1} と {2} には使えません。ないことのある値には hasValue() と value() を使ってください",
    ),
    ("`{}` does not fit {} and {}", "「{0}」は {1} と {2} には使えません"),
    ("{} has no method `{}`", "{0} に「{1}」という操作はありません"),
    ("{} has no word '{}'{}", "{0} に '{1}' という値はありません{2}"),
    ("there is no function `{}`", "「{0}」という関数はありません"),
    ("`=` does not compare; write `==`", "比較は「==」と書いてください"),
    (
        "`{}` is not a whole number; a length of time is `duration('15m')`",
        "「{0}」は整数ではありません。時間は duration('15m') と書きます",
    ),
    ("`{}` has no meaning here", "「{0}」はここでは使えません"),
    ("this text has no closing quote", "文字列の引用符が閉じていません"),
    ("a text ends on the line it begins on", "文字列は1行の中で閉じてください"),
    ("an operator or the end was expected here", "ここには演算子が必要です"),
    ("a value was expected here", "ここには値が必要です"),
    ("`{}` was expected here", "ここには「{0}」が必要です"),
    ("the file has {} bytes; at most {} are read", "大きすぎます({0}バイト)。{1}バイトまでです"),
    ("brackets are nested more than {} deep", "括弧の入れ子が深すぎます({0}段まで)"),
    ("missing field `{}`", "「{0}」がありません"),
    ("duplicate field `{}`", "「{0}」が2回書かれています"),
    ("unknown field `{}`, expected one of {}", "「{0}」という項目はありません。使えるのは {1} です"),
    ("{}: unknown field `{}`, expected one of {}", "{0}: 「{1}」という項目はありません。使えるのは {2} です"),
    ("{}: missing field `{}`", "{0}: 「{1}」がありません"),
    ("no case expects `{}`", "判定「{0}」を期待する事例がありません"),
    ("a rule has at most {} cases", "事例は{0}件までです"),
    ("case `{}`: expected {}, judged {} ({})", "事例「{0}」: 期待は {1} ですが、判定は {2} でした({3})"),
    ("case `{}`: expected subjects {}, judged {}", "事例「{0}」: 期待する対象は {1} ですが、判定は {2} でした"),
    ("case `{}`: {}", "事例「{0}」: {1}"),
    (
        "the dashboard judges no own rules; leave `judged_by` out",
        "独自の規則をダッシュボードで判定することはできません。judged_by を消してください",
    ),
];

/// What is wrong, in the visitor's language where it is known there.
pub fn problem_text(message: &str, language: Language) -> String {
    if language == Language::English {
        return message.to_owned();
    }
    let said = WORDS.iter().find_map(|(pattern, ja)| Some(filled(ja, &parts(pattern, message)?)));
    said.unwrap_or_else(|| message.to_owned())
}

/// What stands in the places of a pattern, if the message is of its form.
fn parts<'m>(pattern: &str, message: &'m str) -> Option<Vec<&'m str>> {
    let mut fixed = pattern.split("{}");
    let mut rest = message.strip_prefix(fixed.next()?)?;
    let mut found = Vec::new();
    let fixed: Vec<&str> = fixed.collect();
    for (index, after) in fixed.iter().enumerate() {
        if index + 1 == fixed.len() {
            found.push(rest.strip_suffix(after)?);
            return Some(found);
        }
        let (part, other) = rest.split_once(after)?;
        found.push(part);
        rest = other;
    }
    rest.is_empty().then_some(found)
}

/// A sentence with its places filled. What fills one is not looked at again.
fn filled(sentence: &str, parts: &[&str]) -> String {
    let (mut said, mut rest) = (String::new(), sentence);
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        said.push_str(before);
        let place =
            from.get(1..2).and_then(|digit| digit.parse::<usize>().ok()).filter(|_| from.get(2..3) == Some("}"));
        if let (Some(part), Some(after)) = (place.and_then(|place| parts.get(place)), from.get(3..)) {
            said.push_str(part);
            rest = after;
        } else {
            said.push('{');
            rest = from.get(1..).unwrap_or_default();
        }
    }
    said.push_str(rest);
    said
}

#[cfg(test)]
mod tests {
    use tenken_engine::Rule;

    use super::*;

    #[test]
    fn places_are_filled_with_what_differs() {
        let ja = |message| problem_text(message, Language::Japanese);
        assert_eq!(ja("the id must be the file's name: `own_a`"), "id は「own_a」にしてください");
        assert_eq!(
            ja("there is no topic `acounts`; there are accounts, sessions"),
            "「acounts」という事実はありません。使えるのは accounts, sessions です"
        );
        assert_eq!(
            ja("`}` without `{`; write `}}` for a brace"),
            "「{」のない「}」です。文字として書くには「}}」としてください"
        );
        assert_eq!(ja("duplicate field `{0}`"), "「{0}」が2回書かれています", "what fills a place is left alone");
        assert_eq!(ja("something nobody thought of"), "something nobody thought of");
        assert_eq!(problem_text("this source is empty", Language::English), "this source is empty");
    }

    #[test]
    fn what_people_meet_first_is_said_in_japanese() {
        let starter = include_str!("../web/rules/starter.yaml");
        let good = format!("id: own_a\n{starter}");
        assert!(Rule::load("own_a.yaml", &good).is_ok(), "{:?}", Rule::load("own_a.yaml", &good));
        let slips = [
            ("id: own_a", "id: own_b"),
            ("topics: [accounts]", "topics: [acounts]"),
            ("max_age: 1h", "max_age: soon"),
            ("grace: 2 business days", "grace: 0 business days"),
            ("grace: 2 business days", "grace: 2 business days\ngrace: 1h"),
            ("max_age: 1h\n", ""),
            ("why:", "wy:"),
            ("a.name == 'guest'", "a.nam == 'guest'"),
            ("a.name == 'guest'", "a.name = 'guest'"),
            ("a.name == 'guest'", "a.name == 3"),
            ("accounts.entries.exists", "acounts.entries.exists"),
            ("!accounts.entries.exists(a, a.name == 'guest' && a.enabled)", "accounts.entries"),
            (
                "!accounts.entries.exists(a, a.name == 'guest' && a.enabled)",
                "accounts.entries.exists(a, a.name == 'guest",
            ),
            ("holds:", "unknown_when: \"true\"\nholds:"),
            ("holds:", "only: \"true\"\nholds:"),
        ];
        for (from, to) in slips {
            let text = good.replacen(from, to, 1);
            let problems = Rule::load("own_a.yaml", &text).expect_err(to);
            for problem in problems {
                let said = problem_text(&problem.message, Language::Japanese);
                assert_ne!(said, problem.message, "{to}: no Japanese");
            }
        }
    }
}
