//! A text that somebody wrote, line by line, with what is wrong marked where it is.

use askama::Template;
use askama::filters::HtmlSafe;
use tenken_engine::Problem;
use tenken_model::Language;

use crate::own_rules::problem_text;

/// The most lines that are shown.
const LINES_MAX: usize = 2_000;
/// The most problems that are shown.
const PROBLEMS_MAX: usize = 200;

/// A text with its lines.
#[derive(Debug, Clone, Template)]
#[template(path = "rule_text.html")]
pub struct RuleText {
    t: Language,
    prefix: &'static str,
    title: String,
    lines: Vec<Line>,
    left: usize,
}

#[derive(Debug, Clone)]
struct Line {
    number: usize,
    text: String,
    wrong: Vec<String>,
}

impl HtmlSafe for RuleText {}

impl RuleText {
    /// A text with what is wrong with it. `prefix` begins the ids of its lines, as in addresses of [`ProblemLine`].
    pub fn new(prefix: &'static str, title: String, text: &str, problems: &[Problem], t: Language) -> Self {
        let count = text.lines().count();
        let lines = text.lines().take(LINES_MAX).enumerate().map(|(at, text)| {
            let number = at + 1;
            // What is said of the end of a text is said at its last line.
            let is_here = |problem: &&Problem| problem.line == number || (number == count && problem.line > count);
            let wrong = problems.iter().filter(is_here).take(PROBLEMS_MAX);
            let wrong = wrong.map(|problem| said(problem, t)).collect();
            Line { number, text: text.to_owned(), wrong }
        });
        let lines: Vec<Line> = lines.collect();
        let left = count.saturating_sub(lines.len());
        Self { t, prefix, title, lines, left }
    }
}

/// What is wrong, with where.
fn said(problem: &Problem, t: Language) -> String {
    format!("{}: {}", t.own_rule_place(problem.line, problem.column), problem_text(&problem.message, t))
}

/// One thing that is wrong, with the way to its line.
#[derive(Debug, Clone)]
pub struct ProblemLine {
    /// Of the rule or of its cases.
    pub part: String,
    /// The address of its line on the page.
    pub address: String,
    /// What is wrong, with where.
    pub said: String,
}

/// Everything that is wrong with the rule and its cases. `t-` and `c-` begin the ids of their lines.
pub fn problems(text: (&str, &[Problem]), cases: (&str, &[Problem]), t: Language) -> Vec<ProblemLine> {
    let lines = |part: String, prefix: &'static str, (text, problems): (&str, &[Problem])| {
        let last = text.lines().count().clamp(1, LINES_MAX);
        let line = move |problem: &Problem| ProblemLine {
            part: part.clone(),
            address: format!("#{prefix}-{}", problem.line.clamp(1, last)),
            said: said(problem, t),
        };
        problems.iter().map(line).collect::<Vec<_>>()
    };
    let mut found = lines(t.own_rule_in_text(), "t", text);
    found.extend(lines(t.own_rule_in_cases(), "c", cases));
    found.truncate(PROBLEMS_MAX);
    found
}
