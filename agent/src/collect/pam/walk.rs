//! Every way through a stack: what modules may answer, and where each answer leads.
//!
//! As libpam's dispatcher goes: an answer that counts makes the impression good or bad, one that decides ends the stack or the
//! stack within, and a jump passes over modules, of which a stack within is one.

use std::collections::BTreeSet;

use thiserror::Error;

use super::config::Module;
use super::control::Action;
use super::stack::{Stack, Step};

/// The most places that are visited: with few modules whose answers matter there are some hundreds.
const PLACES_MAX: usize = 20_000;

/// What a module may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Success.
    Success,
    /// That it has nothing to say.
    Ignore,
    /// Anything else.
    Failure,
}

/// One thing a module may answer, with what is then known.
#[derive(Debug, Clone)]
pub struct Outcome<S> {
    /// Its answer.
    pub answer: Answer,
    /// What is known after it.
    pub state: S,
    /// Nobody here knows what the module does: what comes of its answer may be what it was put there for.
    pub foreign: bool,
}

/// How one way ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct End<S> {
    /// The stack as a whole succeeds.
    pub succeeds: bool,
    /// What is known there.
    pub state: S,
    /// The answer of a module of which nothing is known counted on this way.
    pub foreign: bool,
}

/// There are too many ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("its modules can be passed in more than {PLACES_MAX} ways")]
pub struct TooManyWays;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Impression {
    None,
    Good,
    Bad,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place<S> {
    at: usize,
    impression: Impression,
    /// The impression when each stack within began, by its level.
    before: Vec<Impression>,
    foreign: bool,
    state: S,
}

/// Every way through the stack from `start`, each end once. `outcomes` says what a module may answer.
pub fn ends<S: Clone + Ord>(
    stack: &Stack,
    start: S,
    outcomes: &dyn Fn(&Module, &S) -> Vec<Outcome<S>>,
) -> Result<BTreeSet<End<S>>, TooManyWays> {
    let first = Place { at: 0, impression: Impression::None, before: Vec::new(), foreign: false, state: start };
    let mut seen = BTreeSet::from([first.clone()]);
    let mut open = vec![first];
    let mut ends = BTreeSet::new();
    while let Some(place) = open.pop() {
        let Some(step) = stack.steps.get(place.at) else {
            let succeeds = place.impression == Impression::Good;
            ends.insert(End { succeeds, state: place.state, foreign: place.foreign });
            continue;
        };
        for next in after(&stack.steps, step, &place, outcomes) {
            if seen.len() >= PLACES_MAX {
                return Err(TooManyWays);
            }
            if seen.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    Ok(ends)
}

fn after<S: Clone>(
    steps: &[Step],
    step: &Step,
    place: &Place<S>,
    outcomes: &dyn Fn(&Module, &S) -> Vec<Outcome<S>>,
) -> Vec<Place<S>> {
    let Some(module) = &step.module else {
        let mut before = place.before.clone();
        before.truncate(step.level);
        before.push(place.impression);
        return vec![Place { at: place.at + 1, before, ..place.clone() }];
    };
    let mut next = Vec::new();
    for outcome in outcomes(module, &place.state) {
        let actions = match outcome.answer {
            Answer::Success => vec![module.control.action("success")],
            Answer::Ignore => vec![module.control.action("ignore")],
            Answer::Failure => module.control.failures(),
        };
        for action in actions {
            let mut impression = impression(place, step.level, action, outcome.answer);
            let decided = match action {
                Action::Die => true,
                Action::Done => impression == Impression::Good,
                Action::Ignore | Action::Ok | Action::Bad | Action::Reset | Action::Jump(_) => false,
            };
            let at = match action {
                _ if decided => behind(steps, place.at, step.level),
                Action::Jump(count) => jump(steps, place.at, step.level, count).unwrap_or_else(|end| {
                    // To pass over more than there are is a mistake that libpam takes for a failure.
                    impression = Impression::Bad;
                    end
                }),
                _ => place.at + 1,
            };
            next.push(Place {
                at,
                impression,
                before: place.before.clone(),
                // That it fails without that counting is as if it were not there.
                foreign: place.foreign
                    || outcome.foreign && (action != Action::Ignore || outcome.answer != Answer::Failure),
                state: outcome.state.clone(),
            });
        }
    }
    next
}

fn impression<S>(place: &Place<S>, level: usize, action: Action, answer: Answer) -> Impression {
    match (action, place.impression) {
        (Action::Ok | Action::Done, Impression::None | Impression::Good) => match answer {
            Answer::Success => Impression::Good,
            Answer::Ignore => place.impression,
            // A failure that counts as an answer is what the stack then says.
            Answer::Failure if place.impression == Impression::Good => Impression::Bad,
            Answer::Failure => Impression::None,
        },
        (Action::Bad | Action::Die, _) => Impression::Bad,
        (Action::Reset, _) => {
            let begun = level.checked_sub(1).and_then(|level| place.before.get(level));
            begun.copied().unwrap_or(Impression::None)
        }
        (Action::Ignore | Action::Jump(_) | Action::Ok | Action::Done, impression) => impression,
    }
}

/// The first step behind the stack of that level.
fn behind(steps: &[Step], at: usize, level: usize) -> usize {
    if level == 0 {
        return steps.len();
    }
    (at + 1..steps.len()).find(|at| steps.get(*at).is_none_or(|step| step.level < level)).unwrap_or(steps.len())
}

/// The step behind `count` more of that level; the one behind the last where there are fewer.
fn jump(steps: &[Step], at: usize, level: usize, count: usize) -> Result<usize, usize> {
    let mut at = at + 1;
    for _ in 0..count {
        match steps.get(at) {
            Some(step) if step.level >= level => at += 1,
            _ => return Err(at),
        }
        while steps.get(at).is_some_and(|step| step.level > level) {
            at += 1;
        }
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::config::{Kind, parse};
    use super::super::control::Control;
    use super::super::stack::steps;
    use super::*;

    /// The names of modules that were asked on each way that succeeds, where `fail` fails, `any` may do either, and all
    /// others succeed.
    fn ways(text: &str, within: &str) -> Vec<String> {
        let file = |text: &str| ("/x".to_owned(), parse(text.as_bytes()).unwrap().into());
        let within = file(within);
        let steps = steps::<()>(&file(text), Kind::Auth, &mut |_| Ok(Some(within.clone()))).unwrap();
        let stack = Stack { service: "x".into(), steps };
        let outcomes = |module: &Module, asked: &String| {
            let state = format!("{asked}{} ", module.name);
            let of = |answer| Outcome { answer, state: state.clone(), foreign: false };
            match module.name.as_str() {
                "fail" => vec![of(Answer::Failure)],
                "any" => vec![of(Answer::Success), of(Answer::Failure)],
                "ignore" => vec![of(Answer::Ignore)],
                _ => vec![of(Answer::Success)],
            }
        };
        let ends = ends(&stack, String::new(), &outcomes).unwrap();
        ends.into_iter().filter(|end| end.succeeds).map(|end| end.state.trim_end().to_owned()).collect()
    }

    #[test]
    fn answers_decide_as_libpam_says() {
        for (text, expected) in [
            ("auth required a\nauth required b", vec!["a b"]),
            ("auth required fail\nauth required b", vec![]),
            ("auth sufficient a\nauth required b", vec!["a"]),
            ("auth required fail\nauth sufficient a", vec![]),
            ("auth sufficient fail\nauth required b", vec!["fail b"]),
            ("auth optional fail", vec![]),
            ("auth required ignore", vec![]),
            ("auth requisite any\nauth required b", vec!["any b"]),
            ("auth sufficient any\nauth required b", vec!["any", "any b"]),
            ("auth [success=1 default=ignore] a\nauth requisite fail\nauth required c", vec!["a c"]),
            ("auth [success=1 default=ignore] fail\nauth requisite fail\nauth required c", vec![]),
            ("auth [success=9 default=ignore] a\nauth required c", vec![]),
            ("auth required fail\nauth [default=reset] b\nauth required c", vec!["fail b c"]),
        ] {
            assert_eq!(ways(text, ""), expected, "{text}");
        }
    }

    #[test]
    fn a_stack_within_decides_for_itself_alone() {
        let within = "auth sufficient w\nauth required fail";
        assert_eq!(ways("auth substack x\nauth required b", within), ["w b"]);
        assert_eq!(ways("auth include x\nauth required b", within), ["w"]);
        assert_eq!(ways("auth [success=1 default=ignore] a\nauth substack x\nauth required c", within), ["a c"]);
        let dies = "auth requisite fail\nauth required w";
        assert_eq!(ways("auth substack x\nauth required b", dies), [""; 0]);
        assert_eq!(ways("auth required fail\nauth substack x\nauth required b", "auth [default=reset] w"), [""; 0]);
    }

    /// Stacks of random lines whose modules answer what their argument says, with what libpam made of them.
    #[test]
    fn stacks_come_out_as_libpam_itself_decided() {
        let word = |action: Action| match action {
            Action::Ignore => "ignore".to_owned(),
            Action::Ok => "ok".to_owned(),
            Action::Done => "done".to_owned(),
            Action::Bad => "bad".to_owned(),
            Action::Die => "die".to_owned(),
            Action::Reset => "reset".to_owned(),
            Action::Jump(count) => count.to_string(),
        };
        let text = include_str!("../../../tests/samples/pam/decided_by_libpam_1_5_2.tsv");
        let (mut count, mut wrong) = (0, Vec::new());
        for line in text.lines() {
            let [decided, main, within] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let file = |text: &str| ("/x".to_owned(), parse(text.replace(';', "\n").as_bytes()).unwrap().into());
            let within = file(within);
            let mut steps = steps::<()>(&file(main), Kind::Auth, &mut |_| Ok(Some(within.clone()))).unwrap();
            for module in steps.iter_mut().filter_map(|step| step.module.as_mut()) {
                let of = |code: &str| word(module.control.action(code));
                let answered = module.value("auth").unwrap();
                let failing =
                    if answered == "success" || answered == "ignore" { "bad".to_owned() } else { of(answered) };
                let only = format!("success={} ignore={} default={failing}", of("success"), of("ignore"));
                module.control = Control::parse(&only);
            }
            let outcomes = |module: &Module, (): &()| {
                let answer = match module.value("auth") {
                    Some("success") => Answer::Success,
                    Some("ignore") => Answer::Ignore,
                    _ => Answer::Failure,
                };
                vec![Outcome { answer, state: (), foreign: false }]
            };
            let stack = Stack { service: "x".into(), steps };
            let ends: Vec<bool> = ends(&stack, (), &outcomes).unwrap().into_iter().map(|end| end.succeeds).collect();
            if ends != [decided == "in"] {
                wrong.push(line);
            }
            count += 1;
        }
        wrong.sort_by_key(|line| line.len());
        wrong.truncate(5);
        assert_eq!(wrong, [""; 0]);
        assert!(count >= 200, "{count}");
    }

    #[test]
    fn ways_without_end_are_not_walked() {
        let text = "auth [success=ok default=1 perm_denied=2] any\n".repeat(400);
        let stack = {
            let file = ("/x".to_owned(), parse(text.as_bytes()).unwrap().into());
            Stack { service: "x".into(), steps: steps::<()>(&file, Kind::Auth, &mut |_| Ok(None)).unwrap() }
        };
        let outcomes = |_: &Module, asked: &usize| {
            [Answer::Success, Answer::Failure]
                .map(|answer| Outcome { answer, state: asked + 1, foreign: true })
                .to_vec()
        };
        assert_eq!(ends(&stack, 0, &outcomes), Err(TooManyWays));
    }

    proptest! {
        #[test]
        fn every_stack_has_an_end(text in "((auth (required|requisite|sufficient|optional|\\[(success|default|auth_err)=(ok|die|reset|1|3)\\]) (a|b)|auth (substack|include) x)\n){0,12}") {
            let file = |text: &str| ("/x".to_owned(), parse(text.as_bytes()).unwrap().into());
            let within = file("auth [success=1 default=bad] a\nauth sufficient b\n");
            let steps = steps::<()>(&file(&text), Kind::Auth, &mut |_| Ok(Some(within.clone()))).unwrap();
            let stack = Stack { service: "x".into(), steps };
            let outcomes = |_: &Module, (): &()| {
                [Answer::Success, Answer::Ignore, Answer::Failure].map(|answer| Outcome { answer, state: (), foreign: false }).to_vec()
            };
            prop_assert!(!ends(&stack, (), &outcomes).unwrap().is_empty());
        }
    }
}
