//! The main job, walked through with real programs: a control of a host changes, and a page and a mail say so.

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::time::{Duration, Instant};

    use anyhow::{Context as _, Result, bail};
    use tenken_dashboard::store::Store;
    use tenken_engine::Catalog;
    use tenken_model::fact::sessions::{Session, SessionEnd};
    use tenken_model::observation::Outcome;
    use tenken_model::{Language, RuleId};
    use tenken_tests::controls::Control;
    use tenken_tests::dashboard::Visitor;
    use tenken_tests::network::{Stands, own_network};
    use tenken_tests::stage::Stage;
    use tenken_tests::{poll, postgres, smtp};

    /// The most time from a change to the page that says so.
    const PAGE: Duration = Duration::from_secs(2);
    /// The most time from a change until a mail server has accepted the mail about it.
    const MAIL: Duration = Duration::from_secs(5);

    struct Walk {
        stage: Stage,
        visitor: Visitor,
        catalog: Catalog,
        figures: String,
    }

    impl Walk {
        fn begin(database: Option<&str>) -> Result<Self> {
            let stage = Stage::set(database, |_, _| Ok(()))?;
            let visitor = Visitor::first(&stage.dashboard)?;
            let catalog = Catalog::embedded().map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
            Ok(Self { stage, visitor, catalog, figures: String::new() })
        }

        fn title(&self, rule: &str) -> Result<String> {
            let rule = self.catalog.rule(&RuleId::new(rule)?).context("there is such a rule")?;
            Ok(Language::Japanese.of(&rule.title).to_owned())
        }

        /// Whether the page of drifts lists the rule among the open ones.
        fn is_open(&self, title: &str) -> Result<bool> {
            let page = self.visitor.page("/drifts")?;
            let open = page.split("class=\"drifts past\"").next().unwrap_or_default();
            Ok(open.contains(title))
        }

        /// Changes the host, and waits until the page and a mail say that the rule is broken or holds again.
        fn step(&mut self, control: Control, broken: bool) -> Result<()> {
            let rule = control.rule();
            let title = self.title(rule)?;
            let mark = if broken { "逸脱" } else { "解消" };
            let before = self.stage.mails.messages()?.len();
            let stands = self.stage.dashboard.command(&["status", "--language", "en"])?;
            assert_eq!(
                self.is_open(&title)?,
                !broken,
                "{rule} stands as it should before\n{stands}\n{}",
                self.stage.logs()
            );
            let begun = Instant::now();
            self.stage.host.set(control, broken)?;
            let on_page = poll::until(&format!("{rule}: the page says so"), PAGE.saturating_mul(5), || {
                Ok((self.is_open(&title)? == broken).then(|| begun.elapsed()))
            })
            .with_context(|| self.stage.logs())?
            .0;
            let mailed = poll::until(&format!("{rule}: the mail is accepted"), MAIL.saturating_mul(3), || {
                let news = self.stage.mails.messages()?.split_off(before);
                for message in news {
                    let subject = smtp::subject(&message)?;
                    if subject.contains(&title) && subject.contains(mark) {
                        return Ok(Some(begun.elapsed()));
                    }
                }
                Ok(None)
            })
            .with_context(|| self.stage.logs())?
            .0;
            let what = if broken { "drift" } else { "resolved" };
            writeln!(
                self.figures,
                "{rule:<34} {what:<9} page {:>5} ms   mail {:>5} ms",
                on_page.as_millis(),
                mailed.as_millis()
            )?;
            assert!(on_page <= PAGE, "{rule}: the page took {on_page:?}\n{}", self.figures);
            assert!(mailed <= MAIL, "{rule}: the mail took {mailed:?}\n{}", self.figures);
            Ok(())
        }
    }

    /// The whole walk; `name` is what its figures are printed under.
    fn all(name: &str, database: Option<&str>) -> Result<()> {
        let mut walk = Walk::begin(database)?;
        for control in Control::ALL {
            walk.step(control, true)?;
            walk.step(control, false)?;
        }
        println!(
            "From the change on the host to the page and to the accepted mail (at most 2 s and 5 s), on {name}:\n{}",
            walk.figures
        );
        Ok(())
    }

    /// Somebody sits down and leaves while the programs are killed: the dashboard has it each time.
    fn sessions_arrive() -> Result<()> {
        let mut stage = Stage::set(None, |_, _| Ok(()))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let store = runtime.block_on(Store::open_folder(stage.dashboard.data()))?;
        let known = || -> Result<Option<Vec<Session>>> {
            let facts = runtime.block_on(async {
                let mut transaction = store.read().await?;
                let host = transaction.hosts().await?.remove(0).id;
                transaction.facts_of(&host, chrono::DateTime::UNIX_EPOCH).await
            })?;
            let Some(sessions) = facts.sessions else { return Ok(None) };
            match sessions.outcome {
                Outcome::Known(sessions) => Ok(Some(sessions.entries)),
                other => bail!("{other:?}"),
            }
        };
        poll::until("the dashboard has the sessions", PAGE.saturating_mul(5), known)?;
        let now = u32::try_from(chrono::Utc::now().timestamp())?;
        let begun = Instant::now();
        stage.host.scratch().record_session(7, "hanako", now)?;
        let wait = |what: &str, holds: &dyn Fn(&Session) -> bool| {
            let found = || Ok(known()?.filter(|sessions| sessions.iter().any(holds)));
            poll::until(what, PAGE.saturating_mul(10), found).map(drop)
        };
        wait("the session is known", &|session| session.account == "hanako" && session.ended.is_none())
            .with_context(|| stage.logs())?;
        let took = begun.elapsed();
        println!("From a record of wtmp to the dashboard's facts: {} ms", took.as_millis());
        assert!(took <= PAGE, "{took:?}");

        stage.host.scratch().record_session(8, "", now + 1)?;
        stage.kill_dashboard()?;
        wait("its end is known", &|session| session.ended_by == SessionEnd::SignedOut).with_context(|| stage.logs())?;
        stage.kill_agent()?;
        stage.host.scratch().record_session(7, "mainte", now + 2)?;
        wait("the next is known", &|session| session.account == "mainte").with_context(|| stage.logs())?;
        assert_eq!(known()?.map(|sessions| sessions.len()), Some(2));
        Ok(())
    }

    #[test]
    fn who_sits_down_is_known_to_the_dashboard() {
        walks("who_sits_down_is_known_to_the_dashboard", None, sessions_arrive);
    }

    /// Runs the walk in a network of its own, where what it needs is installed.
    fn walks(test: &str, missing: Option<&'static str>, walk: impl FnOnce() -> Result<()>) {
        if let Some(why) = missing.or_else(Stage::missing) {
            tenken_tests::skip(test, why);
            return;
        }
        match own_network(&format!("tests::{test}")).unwrap() {
            Stands::Inside => walk().unwrap(),
            Stands::Passed => {}
            Stands::Not(why) => tenken_tests::skip(test, why),
        }
    }

    #[test]
    fn a_control_that_changes_is_on_the_page_and_in_the_mail() {
        walks("a_control_that_changes_is_on_the_page_and_in_the_mail", None, || all("SQLite", None));
    }

    #[test]
    fn it_is_so_on_postgresql_too() {
        walks("it_is_so_on_postgresql_too", postgres::missing(), || {
            let server = postgres::Server::start()?;
            all("PostgreSQL", Some(&server.database("walk")?))
        });
    }
}
