//! Signing in through an identity provider: the whole way with a certified one, and what is refused of one that misbehaves.

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod real;

#[cfg(test)]
mod bench {
    use std::path::PathBuf;

    use anyhow::{Context as _, Result};
    use tempfile::TempDir;
    use tenken_dashboard::store::Store;
    use tenken_tests::dashboard::{ADMINISTRATOR, Dashboard, PASSWORD, Visitor};
    use tenken_tests::openid::{Provider, Shown, Traveller};
    use tenken_tests::program::Running;

    /// The cookie of a session.
    pub(crate) const SESSION: &str = "tenken_session";

    /// A dashboard with a first administrator, and the provider it uses.
    pub(crate) struct Bench {
        pub(crate) provider: Provider,
        pub(crate) dashboard: Dashboard,
        pub(crate) running: Running,
        pub(crate) folder: TempDir,
        host: u8,
    }

    impl Bench {
        /// Starts a dashboard on what the provider is and `more` settings say.
        pub(crate) fn start(
            folder: TempDir,
            provider: Provider,
            client: &str,
            secret: Option<&str>,
            more: &str,
        ) -> Result<Self> {
            let settings = provider.settings(folder.path(), client, secret, more)?;
            let mut dashboard = Dashboard::new(folder.path(), &["--identity-provider", &settings]);
            let running = dashboard.start()?;
            Visitor::first(&dashboard)?;
            Ok(Self { provider, dashboard, running, folder, host: 1 })
        }

        /// Starts the dashboard again with other settings.
        pub(crate) fn restart(mut self, client: &str, secret: Option<&str>, more: &str) -> Result<Self> {
            self.running.kill()?;
            self.provider.settings(self.folder.path(), client, secret, more)?;
            self.running = self.dashboard.start()?;
            Ok(self)
        }

        /// A new browser, from another address each time.
        pub(crate) fn browser(&mut self) -> Result<Traveller> {
            self.host += 1;
            Traveller::new(&self.dashboard.addresses().local, &self.provider.authority, self.host)
        }

        /// A new browser in which the administrator signed in with the password.
        pub(crate) fn administrator(&mut self) -> Result<Traveller> {
            let mut browser = self.browser()?;
            browser.send("/sign-in", "/sign-in", &[("name", ADMINISTRATOR), ("password", PASSWORD)])?;
            assert!(browser.is_in()?, "the password is right");
            Ok(browser)
        }

        fn store_folder(&self) -> PathBuf {
            self.dashboard.data().to_owned()
        }

        /// The newest entry of the audit log: who, what, of whom and the detail.
        pub(crate) fn newest(&self) -> Result<[String; 4]> {
            let folder = self.store_folder();
            tokio::runtime::Runtime::new()?.block_on(async {
                let store = Store::open_folder(&folder).await?;
                let entries = store.read().await?.audit_entries(None, 1).await?;
                store.close().await;
                let (_, entry) = entries.into_iter().next().context("the audit log is empty")?;
                Ok([entry.person, entry.act, entry.subject, entry.detail])
            })
        }
    }

    /// Sends the browser through the provider as that account with those factors, from the page that leads there.
    pub(crate) fn through(browser: &mut Traveller, leaving: &Shown, login: &str, amr: &str) -> Result<Shown> {
        let asked = browser.follow(leaving.leads_to()?)?;
        if !asked.address.path().starts_with("/interaction/") {
            return Ok(asked);
        }
        let mut address = asked.address.clone();
        address.query_pairs_mut().append_pair("login", login).append_pair("amr", amr);
        browser.follow(address)
    }
}
