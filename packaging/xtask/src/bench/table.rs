//! What is told of all of it, as Markdown.

use std::fmt::Write as _;

use super::machine::Machine;
use super::once::{Checks, Once};
use super::package::Packages;
use super::rest::{CALLS, Rest};
use crate::resident::thousandths;

/// What the agent may cost.
const PROPORTIONAL_KIB: u64 = 5 * 1_024;
/// Of one core, in hundredths of a per cent.
const CORE: u128 = 1;
const PACKAGE: u64 = 3 << 20;
/// How many times the processor time of its check that of lynis has to be.
const LYNIS: u128 = 400;

/// The tables, the goals, and where it was measured. The agent comes first in `rest`.
pub(super) fn written(machine: &Machine, rules: usize, checks: &Checks, rest: &[Rest], packages: &Packages) -> String {
    let mut text = format!("Measured on {}: {}.\n\nWith {}.\n", machine.date, machine.told, machine.versions);
    text.push_str("\nIn brackets: how many times what Tenken takes.\n");
    for part in [once(checks), decided(rules, checks), resting(rest), fetched(packages)] {
        text.push('\n');
        text.push_str(&part);
    }
    text.push_str("\n| Goal | reached | |\n| --- | --- | --- |\n");
    for goal in goals(checks, rest, packages) {
        text.push_str(&goal);
    }
    text
}

fn once(checks: &Checks) -> String {
    let mut text =
        "| One check | wall time, s | processor time, s | peak memory of the largest process, MiB | processes and \
        threads started | runs |\n| --- | --- | --- | --- | --- | --- |\n"
            .to_owned();
    let agent = &checks.agent.cost;
    for Once { name, cost, runs, .. } in all(checks) {
        let numbers = cost.numbers.zip(agent.numbers);
        row(
            &mut text,
            &[
                name.clone(),
                beside(cost.wall_micros, agent.wall_micros, 1_000_000),
                beside(cost.cpu_micros, agent.cpu_micros, 1_000_000),
                beside(cost.peak_kib, agent.peak_kib, 1_024),
                numbers
                    .map_or_else(|| "not counted".to_owned(), |(own, agents)| format!("{own}{}", times(own, agents))),
                runs.to_string(),
            ],
        );
    }
    text
}

fn all(checks: &Checks) -> impl Iterator<Item = &Once> {
    std::iter::once(&checks.agent).chain(&checks.openscap).chain([&checks.lynis])
}

fn decided(rules: usize, checks: &Checks) -> String {
    let mut text = format!(
        "| Of the {rules} rules that Tenken judges on a Linux host | asks it, or a part of it | decided it in this run | of those \
         it asks, Tenken decided |\n| --- | --- | --- | --- |\n"
    );
    row(
        &mut text,
        &["Tenken".to_owned(), rules.to_string(), checks.agent_decided.to_string(), checks.agent_decided.to_string()],
    );
    for (name, decided) in all(checks).filter_map(|check| Some((&check.name, check.decided?))) {
        let cells = [decided.asked, decided.decided, decided.agent_decided].map(|count| count.to_string());
        row(&mut text, &[std::slice::from_ref(name), &cells[..]].concat());
    }
    text
}

fn resting(rest: &[Rest]) -> String {
    let mut text =
        "| At rest | PSS, median, MiB | PSS, largest, MiB | processor time, % of one core | system calls per second | \
        processes |\n| --- | --- | --- | --- | --- | --- |\n"
            .to_owned();
    let Some(agent) = rest.first() else { return text };
    for tool in rest {
        let share = thousandths(tool.cpu.as_micros() * 100, tool.time.as_micros());
        let calls = thousandths(u128::from(tool.calls), u128::from(CALLS.as_secs()));
        row(
            &mut text,
            &[
                tool.name.to_owned(),
                beside(tool.median_kib, agent.median_kib, 1_024),
                beside(tool.largest_kib, agent.largest_kib, 1_024),
                format!("{share}{}", times(tool.cpu.as_micros(), agent.cpu.as_micros())),
                format!("{calls}{}", times(tool.calls, agent.calls)),
                tool.processes.to_string(),
            ],
        );
    }
    text
}

fn fetched(packages: &Packages) -> String {
    let mut text = "| Fetched on a base system | its packages, MiB | what they need beside, MiB | both, MiB |\n| --- | --- | --- | \
        --- |\n"
        .to_owned();
    let agent = packages.agent;
    let mib = |bytes: u64| thousandths(bytes.into(), 1 << 20);
    row(&mut text, &["Tenken".to_owned(), mib(agent), mib(0), mib(agent)]);
    for tool in &packages.others {
        let both = beside(tool.own + tool.needed, agent, 1 << 20);
        row(&mut text, &[tool.name.to_owned(), mib(tool.own), mib(tool.needed), both]);
    }
    text
}

fn goals(checks: &Checks, rest: &[Rest], packages: &Packages) -> Vec<String> {
    let met = |is_met: bool| if is_met { "met" } else { "missed" };
    let mut goals = Vec::new();
    if let Some(agent) = rest.first() {
        let memory = thousandths(agent.median_kib.into(), 1_024);
        goals.push(format!(
            "| PSS at rest at most 5 MiB | {memory} MiB | {} |\n",
            met(agent.median_kib <= PROPORTIONAL_KIB)
        ));
        let (part, whole) = (agent.cpu.as_micros(), agent.time.as_micros());
        let share = thousandths(part * 100, whole);
        goals.push(format!(
            "| at rest at most 0.01 % of one core | {share} % ({} ms in {} s) | {} |\n",
            thousandths(part, 1_000),
            agent.time.as_secs(),
            met(part * 10_000 <= whole * CORE)
        ));
    }
    let size = thousandths(packages.agent.into(), 1 << 20);
    goals.push(format!("| package at most 3 MiB | {size} MiB | {} |\n", met(packages.agent <= PACKAGE)));
    let (agent, lynis) = (u128::from(checks.agent.cost.cpu_micros), u128::from(checks.lynis.cost.cpu_micros));
    goals.push(format!(
        "| one check: lynis takes at least {LYNIS} times its processor time | {} times | {} |\n",
        thousandths(lynis, agent),
        met(agent > 0 && lynis >= agent * LYNIS)
    ));
    goals
}

fn row(text: &mut String, cells: &[String]) {
    let _never_fails = writeln!(text, "| {} |", cells.join(" | "));
}

/// An amount in a larger unit, and how many times the agent's it is.
fn beside(amount: u64, agents: u64, unit: u64) -> String {
    format!("{}{}", thousandths(amount.into(), unit.into()), times(amount, agents))
}

/// In brackets, with two digits behind the point. Of nothing there is no multiple.
fn times(amount: impl Into<u128>, agents: impl Into<u128>) -> String {
    let (amount, agents) = (amount.into(), agents.into());
    if agents == 0 {
        return String::new();
    }
    let hundredths = (amount * 100 + agents / 2) / agents;
    format!(" (×{}.{:02})", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::controls::Score;
    use super::super::package::Fetched;
    use super::*;
    use crate::measure::Cost;

    fn check(name: &str, cpu_micros: u64, decided: Option<Score>) -> Once {
        let cost = Cost { wall_micros: cpu_micros, cpu_micros, peak_kib: 2_048, numbers: Some(cpu_micros / 1_000) };
        Once { name: name.to_owned(), cost, runs: 1, decided }
    }

    fn resident(name: &'static str, kib: u64, micros: u64) -> Rest {
        let cpu = Duration::from_micros(micros);
        Rest {
            name,
            median_kib: kib,
            largest_kib: kib,
            cpu,
            time: Duration::from_mins(10),
            calls: 2 * CALLS.as_secs(),
            processes: 1,
        }
    }

    fn told(lynis_micros: u64, agent_micros: u64, package: u64) -> String {
        let machine = Machine { date: "2026-11-28".to_owned(), told: "2 cores".to_owned(), versions: "a 1".to_owned() };
        let decided = Score { asked: 4, decided: 2, agent_decided: 3 };
        let checks = Checks {
            agent: check("Tenken", 100_000, None),
            agent_decided: 60,
            lynis: check("lynis", lynis_micros, Some(decided)),
            openscap: vec![check("OpenSCAP", 200_000, Some(decided))],
        };
        let rest = [resident("Tenken", 5_120, agent_micros), resident("other", 10_240, 600_000)];
        let others = vec![Fetched { name: "lynis", own: 1 << 20, needed: 1 << 20 }];
        written(&machine, 90, &checks, &rest, &Packages { agent: package, others })
    }

    #[test]
    fn goals_are_met_at_their_limit() {
        let text = told(40_000_000, 60_000, 3 << 20);
        assert_eq!((text.matches("| met |").count(), text.matches("| missed |").count()), (4, 0), "{text}");
        assert!(
            text.contains("| lynis | 40.000 (×400.00) | 40.000 (×400.00) | 2.000 (×1.00) | 40000 (×400.00) | 1 |"),
            "{text}"
        );
        assert!(text.contains("| lynis | 4 | 2 | 3 |"), "{text}");
        assert!(
            text.contains("| other | 10.000 (×2.00) | 10.000 (×2.00) | 0.100 (×10.00) | 2.000 (×1.00) | 1 |"),
            "{text}"
        );
        assert!(text.contains("| lynis | 1.000 | 1.000 | 2.000 (×0.67) |"), "{text}");
    }

    #[test]
    fn goals_are_missed_by_little_as_by_much() {
        let text = told(39_999_999, 60_001, (3 << 20) + 1);
        assert_eq!((text.matches("| met |").count(), text.matches("| missed |").count()), (1, 3), "{text}");
    }

    #[test]
    fn of_nothing_there_is_no_multiple() {
        assert_eq!((times(5_u64, 0_u64), times(1_u64, 3_u64)), (String::new(), " (×0.33)".to_owned()));
    }
}
