//! The language of rules: what it refuses, and that unknown never becomes a pass.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what a test needs besides its own functions may fail it")]
use std::collections::BTreeMap;

use proptest::prelude::*;
use tenken_engine::expression::check::{Names, check, check_condition};
use tenken_engine::expression::evaluate::{Environment, Evaluator};
use tenken_engine::expression::parse::parse;
use tenken_model::schema::{Type, Value};
use tenken_model::{Reason, ReasonCode, Span, Topic};

fn names() -> Names {
    let mut values: BTreeMap<String, Type> =
        Topic::ALL.iter().map(|topic| (topic.name().to_owned(), topic.ty())).collect();
    values.insert("now".into(), Type::Time);
    for name in ["a", "b", "c"] {
        values.insert(name.into(), Type::Bool);
    }
    for name in ["n", "m"] {
        values.insert(name.into(), Type::Int);
    }
    values.insert("numbers".into(), Type::List(Box::new(Type::Int)));
    values.insert("maybe".into(), Type::Optional(Box::new(Type::Int)));
    Names { values, parameters: BTreeMap::from([("limit".to_owned(), Type::Span)]), registers: BTreeMap::new() }
}

fn unknown() -> Value {
    Value::Unknown(Reason::new(ReasonCode::TimedOut, "x"))
}

fn evaluate(source: &str, values: &[(&'static str, Value)]) -> Value {
    let expression = parse(source).unwrap();
    check(&expression, &names()).unwrap_or_else(|error| panic!("{source}: {error}"));
    let values: BTreeMap<&str, Value> = values.iter().cloned().collect();
    let parameters = BTreeMap::from([("limit".to_owned(), Value::Span(Span::from_millis(2_000)))]);
    let registers = BTreeMap::new();
    let evaluator = Evaluator::new(Environment { values: &values, parameters: &parameters, registers: &registers });
    evaluator.evaluate(&expression, None).into_owned()
}

fn refused(source: &str, part: &str) {
    let error = match parse(source) {
        Ok(expression) => match check_condition(&expression, &names()) {
            Ok(()) => panic!("{source} was taken"),
            Err(error) => error,
        },
        Err(error) => error,
    };
    assert!(error.message.contains(part), "{source}: {}", error.message);
    assert!(error.at <= source.len());
}

#[test]
fn refuses_what_facts_cannot_answer() {
    refused("time_sync.measurd.offset > duration('1s')", "did you mean `measured`");
    refused("time_sync.measured.offset > 5", "write the unit");
    refused("time_sync.measured.offset > 'x'", "does not fit");
    refused("n == '3'", "does not fit");
    refused("params.limt > duration('1s')", "did you mean `limit`");
    refused("maybe > 3", "hasValue");
    refused("has(maybe)", "no `has`");
    refused("maybe == null", "no null");
    refused("system.kind == 'servr'", "did you mean `server`");
    refused("system.kind in ['pc', 'mainframe']", "no word 'mainframe'");
    refused("n + 1", "true or false");
    refused("n in []", "empty list");
    refused("[] == []", "empty list");
    refused("numbers.all(n, n > 1)", "already means something");
    refused("numbers.all(x, numbers.all(y, numbers.all(z, z > x + y)))", "at most 2 deep");
    refused("now - now", "true or false");
    refused("a = b", "write `==`");
    refused("15m > 3", "duration('15m')");
    refused("duration('15 parsecs') > params.limit", "parsecs");
    refused("size(3) > 2", "not a function");
    refused("a ? n : b", "one type");
    refused("'x", "no closing quote");
    refused("", "a value was expected");
    refused("a b", "");
    refused("99999999999999999999 > 3", "not a whole number");
    refused(&format!("{}a{}", "(".repeat(100), ")".repeat(100)), "nested");
    refused(&format!("{}a", "!".repeat(100)), "nested");
    refused(&format!("a{}", " && a".repeat(400)), "");
}

#[test]
fn judges_in_three_values() {
    let (yes, no) = (Value::Bool(true), Value::Bool(false));
    let table = [
        ("a && b", no.clone(), unknown(), Some(false)),
        ("a && b", unknown(), no.clone(), Some(false)),
        ("a && b", yes.clone(), unknown(), None),
        ("a && b", unknown(), unknown(), None),
        ("a || b", yes.clone(), unknown(), Some(true)),
        ("a || b", unknown(), yes.clone(), Some(true)),
        ("a || b", no.clone(), unknown(), None),
        ("!a", unknown(), no.clone(), None),
        ("a == b", unknown(), no.clone(), None),
        ("a != b", yes.clone(), unknown(), None),
        ("a ? true : true", unknown(), no, None),
        ("!(a && b) || a", yes, unknown(), Some(true)),
    ];
    for (source, a, b, expected) in table {
        match (evaluate(source, &[("a", a), ("b", b)]), expected) {
            (Value::Bool(is), Some(wanted)) => assert_eq!(is, wanted, "{source}"),
            (Value::Unknown(reason), None) => assert_eq!(reason.code, ReasonCode::TimedOut, "{source}"),
            (other, wanted) => panic!("{source}: {other:?}, wanted {wanted:?}"),
        }
    }
}

#[test]
fn what_is_kept_elsewhere_is_said_only_where_it_is_all_that_is_missing() {
    let elsewhere = || Value::Unknown(Reason::new(ReasonCode::Elsewhere, "y"));
    let why = |value: Value| match value {
        Value::Unknown(reason) => reason.code,
        other => panic!("{other:?}"),
    };
    for source in ["a && b", "b && a", "a || b", "b || a", "a && b && a"] {
        let of = |a: Value, b: Value| why(evaluate(source, &[("a", a), ("b", b)]));
        assert_eq!(of(elsewhere(), unknown()), ReasonCode::TimedOut, "{source}");
        assert_eq!(of(elsewhere(), elsewhere()), ReasonCode::Elsewhere, "{source}");
    }
    for order in [[elsewhere(), unknown()], [unknown(), elsewhere()]] {
        let numbers = [("numbers", Value::List(order.to_vec()))];
        assert_eq!(why(evaluate("numbers.all(x, x > 1)", &numbers)), ReasonCode::TimedOut);
        assert_eq!(why(evaluate("numbers.exists(x, x > 1)", &numbers)), ReasonCode::TimedOut);
    }
}

#[test]
fn lists_with_unread_elements_stay_unknown_unless_the_rest_decides() {
    let list = |elements: &[Option<i64>]| {
        let elements = elements.iter().map(|element| element.map_or_else(unknown, Value::Int)).collect();
        [("numbers", Value::List(elements))]
    };
    let decided = |source: &str, elements: &[Option<i64>]| match evaluate(source, &list(elements)) {
        Value::Bool(value) => Some(value),
        Value::Unknown(_) => None,
        other => panic!("{other:?}"),
    };
    assert_eq!(decided("numbers.all(x, x > 1)", &[Some(2), None]), None);
    assert_eq!(decided("numbers.all(x, x > 1)", &[None, Some(0)]), Some(false));
    assert_eq!(decided("numbers.exists(x, x > 1)", &[None, Some(2)]), Some(true));
    assert_eq!(decided("numbers.exists(x, x > 1)", &[None, Some(0)]), None);
    assert_eq!(decided("numbers.exists_one(x, x > 1)", &[Some(2), Some(3), None]), Some(false));
    assert_eq!(decided("numbers.exists_one(x, x > 1)", &[Some(2), None]), None);
    assert_eq!(decided("numbers.filter(x, x > 1).size() == 0", &[None]), None);
    assert_eq!(decided("numbers.map(x, x + 1).exists(y, y == 3)", &[None, Some(2)]), Some(true));
    assert_eq!(decided("3 in numbers", &[None, Some(3)]), Some(true));
    assert_eq!(decided("3 in numbers", &[None, Some(4)]), None);
    assert_eq!(decided("numbers.distinct().size() == 1", &[Some(1), None]), None);
}

#[test]
fn an_error_is_unknown_and_never_an_answer() {
    let int = |value| vec![("n", Value::Int(value)), ("m", Value::Int(0))];
    for source in ["n / m == 0", "n % m != 1", "n * n > 0", "n + n > 0", "-n - n - n > 0", "maybe.value() > 1"] {
        let mut values = int(i64::MAX);
        values.push(("maybe", Value::Optional(None)));
        assert!(matches!(evaluate(source, &values), Value::Unknown(_)), "{source}");
    }
    assert_eq!(evaluate("maybe.orValue(7) == 7", &[("maybe", Value::Optional(None))]), Value::Bool(true));
    assert!(matches!(evaluate("maybe.orValue(7) == 7", &[("maybe", unknown())]), Value::Unknown(_)));
    assert!(matches!(evaluate("a", &[]), Value::Unknown(_)));
}

#[test]
fn too_many_steps_are_unknown() {
    let numbers = Value::List((0..3_000).map(Value::Int).collect());
    let value = evaluate("numbers.all(x, numbers.all(y, x + y >= 0))", &[("numbers", numbers)]);
    assert!(matches!(value, Value::Unknown(reason) if reason.code == ReasonCode::Limit));
}

/// Random conditions over three truth values.
fn condition() -> impl Strategy<Value = String> {
    let leaf = prop_oneof!["[abc]".prop_map(String::from), Just("true".to_owned()), Just("false".to_owned())];
    leaf.prop_recursive(5, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("({l} && {r})")),
            (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("({l} || {r})")),
            (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("({l} == {r})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(c, l, r)| format!("({c} ? {l} : {r})")),
            inner.prop_map(|of| format!("!{of}")),
        ]
    })
}

fn truth() -> impl Strategy<Value = Option<bool>> {
    proptest::option::of(any::<bool>())
}

proptest! {
    #[test]
    fn never_panics_on_any_text(source in "\\PC{0,120}") {
        if let Ok(expression) = parse(&source) {
            let _checked = check(&expression, &names());
        }
    }

    /// What is decided with something unread stays so whatever that turns out to be.
    #[test]
    fn a_decision_never_depends_on_what_was_not_read(source in condition(), a in truth(), b in truth(), c in truth()) {
        prop_assume!(source.len() <= 1_024);
        let value = |read: Option<bool>| read.map_or_else(unknown, Value::Bool);
        let partly = evaluate(&source, &[("a", value(a)), ("b", value(b)), ("c", value(c))]);
        if let Value::Bool(decided) = partly {
            for fill in 0..8_u8 {
                let filled = |read: Option<bool>, bit: u8| Value::Bool(read.unwrap_or(fill & bit != 0));
                let whole = evaluate(&source, &[("a", filled(a, 1)), ("b", filled(b, 2)), ("c", filled(c, 4))]);
                prop_assert_eq!(&whole, &Value::Bool(decided), "{}", source);
            }
        }
    }

    /// On what was wholly read, this language and the `cel` crate agree.
    #[test]
    fn agrees_with_cel_on_what_was_read(source in condition(), a: bool, b: bool, c: bool) {
        prop_assume!(source.len() <= 1_024);
        let program = cel::Program::compile(&source).unwrap();
        let mut context = cel::Context::default();
        for (name, value) in [("a", a), ("b", b), ("c", c)] {
            context.add_variable_from_value(name, value);
        }
        let theirs = program.execute(&context).unwrap();
        let ours = evaluate(&source, &[("a", Value::Bool(a)), ("b", Value::Bool(b)), ("c", Value::Bool(c))]);
        prop_assert_eq!(theirs, cel::Value::Bool(ours == Value::Bool(true)));
    }
}

#[test]
fn names_fit_patterns() {
    let mut names = names();
    names.values.insert("name".into(), Type::Text);
    names.values.insert("patterns".into(), Type::List(Box::new(Type::Text)));
    let judged = |source: &str, patterns: Vec<Value>| {
        let expression = parse(source).unwrap();
        check(&expression, &names).unwrap_or_else(|error| panic!("{source}: {error}"));
        let values = BTreeMap::from([("name", Value::Text("AnyDesk".into())), ("patterns", Value::List(patterns))]);
        let (parameters, registers) = (BTreeMap::new(), BTreeMap::new());
        let evaluator = Evaluator::new(Environment { values: &values, parameters: &parameters, registers: &registers });
        evaluator.evaluate(&expression, None).into_owned()
    };
    let text = |text: &str| Value::Text(text.into());
    assert_eq!(judged("name.fits(patterns)", vec![text("x"), text("any*")]), Value::Bool(true));
    assert_eq!(judged("name.fits(patterns)", vec![text("desk")]), Value::Bool(false));
    assert_eq!(judged("name.fits(patterns)", Vec::new()), Value::Bool(false));
    assert_eq!(judged("name.fits(patterns)", vec![unknown(), text("any*")]), Value::Bool(true));
    assert_eq!(judged("name.fits(patterns)", vec![unknown(), text("x")]), unknown());
    refused("'x'.fits('x')", "has no method");
    refused("'x'.fits(numbers)", "has no method");
    refused("n.fits(numbers)", "has no method");
}
