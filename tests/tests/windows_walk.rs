//! The main job with a Windows host, walked through with real programs: the agent runs in Wine and reports to the dashboard; a
//! value of the registry changes, and a page and a mail say so.

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use anyhow::{Context as _, Result};
    use tenken_engine::Catalog;
    use tenken_model::{Language, RuleId};
    use tenken_tests::dashboard::Visitor;
    use tenken_tests::windows_stage::WindowsStage;
    use tenken_tests::{poll, skip, smtp};

    /// The most time from a change to the page that says so, and until a mail server has accepted the mail about it.
    const PAGE: Duration = Duration::from_secs(2);
    const MAIL: Duration = Duration::from_secs(5);
    /// The policy that locks a machine nobody uses; without it whoever sits there may choose.
    const POLICIES: &str = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System";
    const LOCKS_AFTER: &str = "InactivityTimeoutSecs";
    const RULE: &str = "screen_lock_enforced";

    struct Walk {
        stage: WindowsStage,
        visitor: Visitor,
        title: String,
    }

    impl Walk {
        /// Whether the page of drifts lists the rule among the open ones.
        fn is_open(&self) -> Result<bool> {
            let page = self.visitor.page("/drifts")?;
            let open = page.split("class=\"drifts past\"").next().unwrap_or_default();
            Ok(open.contains(&self.title))
        }

        /// Whether a mail says that the rule is broken, or holds again.
        fn is_told(&self, mark: &str) -> Result<bool> {
            for message in self.stage.mails.messages()? {
                let subject = smtp::subject(&message)?;
                if subject.contains(&self.title) && subject.contains(mark) {
                    return Ok(true);
                }
            }
            Ok(false)
        }

        /// Sets after how long the machine locks itself; the page has to say whether that breaks the rule, and a mail too.
        fn step(&self, seconds: u32, broken: bool) -> Result<()> {
            let mark = if broken { "逸脱" } else { "解消" };
            assert_eq!(self.is_open()?, !broken, "the rule stands as it should before\n{}", self.stage.logs());
            let starting = Instant::now();
            self.stage.wine.set_number(POLICIES, LOCKS_AFTER, seconds)?;
            // `reg` has ended. How long it takes to start a program in Wine says nothing of the agent, and is told beside.
            let (changed, begun) = (starting.elapsed(), Instant::now());
            let wait = |what: &str, within: Duration, condition: &dyn Fn() -> Result<bool>| {
                poll::until(what, within.saturating_mul(5), || Ok(condition()?.then(|| begun.elapsed())))
                    .map(|(took, _)| took)
                    .with_context(|| self.stage.logs())
            };
            let on_page = wait("the page says so", PAGE, &|| Ok(self.is_open()? == broken))?;
            let mailed = wait("the mail is accepted", MAIL, &|| self.is_told(mark))?;
            println!(
                "{LOCKS_AFTER} = {seconds:<4} reg took {:>5} ms   then page {:>5} ms   mail {:>5} ms",
                changed.as_millis(),
                on_page.as_millis(),
                mailed.as_millis()
            );
            assert!(on_page <= PAGE, "the page took {on_page:?}");
            assert!(mailed <= MAIL, "the mail took {mailed:?}");
            Ok(())
        }
    }

    fn walk() -> Result<()> {
        let stage = WindowsStage::set()?;
        let catalog = Catalog::embedded().map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
        let rule = catalog.rule(&RuleId::new(RULE)?).context("there is such a rule")?;
        let title = Language::Japanese.of(&rule.title).to_owned();
        let visitor = Visitor::first(&stage.dashboard)?;
        stage.wine.set_number(POLICIES, LOCKS_AFTER, 600)?;
        stage.enrol()?;
        let _agent = stage.start_agent()?;
        let took = stage.settle()?;
        println!("From the start of the agent in Wine to its first full report: {} ms", took.as_millis());
        let page = visitor.page("/hosts")?;
        assert!(page.to_lowercase().contains("windows"), "the page of hosts says that it is a Windows host\n{page}");
        let walk = Walk { stage, visitor, title };
        walk.step(0, true)?;
        walk.step(600, false)
    }

    #[test]
    fn a_value_of_the_registry_that_changes_is_on_the_page_and_in_the_mail() {
        if let Some(why) = WindowsStage::missing() {
            skip("a_value_of_the_registry_that_changes_is_on_the_page_and_in_the_mail", why);
            return;
        }
        walk().unwrap();
    }
}
