//! The installer for Windows, tried in Wine as an administrator rolls it out: in silence, with the dashboard's address and a token.

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use anyhow::{Context as _, Result, bail, ensure};
    use tenken_tests::windows_stage::WindowsStage;
    use tenken_tests::wine::{Wine, named};
    use tenken_tests::{poll, skip};

    const SERVICE: &str = "tenken-agent";
    const SERVICES: &str = r"HKLM\SYSTEM\CurrentControlSet\Services";
    const SETTINGS: &str = r"HKLM\SOFTWARE\Tenken\Agent";
    const INSTALLED: &str = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall";
    /// How long a service may take to start or end.
    const SOON: Duration = Duration::from_mins(1);
    /// What the installer is built with.
    const LATER: &str = "99.0.0";

    /// A host that is installed on.
    struct Host {
        stage: WindowsStage,
        installers: PathBuf,
    }

    impl Host {
        fn installer(&self, words: &[&str]) -> Result<()> {
            let output = self.stage.wine.run("msiexec", words)?;
            let log = self.installers.join("log.txt");
            if !output.status.success() {
                let log = std::fs::read(log).unwrap_or_default();
                bail!("msiexec {words:?}: {}\n{}", output.status, String::from_utf8_lossy(&log));
            }
            Ok(())
        }

        fn program(&self) -> PathBuf {
            self.stage.wine.disk().join("Program Files/Tenken/tenken-agent.exe")
        }

        fn state(&self) -> PathBuf {
            self.stage.wine.disk().join("ProgramData/Tenken/agent")
        }

        fn service(&self, name: &str) -> Result<Option<String>> {
            self.stage.wine.value(&format!("{SERVICES}\\{SERVICE}"), name)
        }

        /// Waits until the service runs: `sc query` tells states by number.
        fn wait_until_it_runs(&self) -> Result<()> {
            let runs = || {
                let told = self.stage.wine.run("sc", &["query", SERVICE])?;
                let told = String::from_utf8_lossy(&told.stdout).into_owned();
                Ok(told.lines().any(|line| line.contains("STATE") && line.contains(": 4")).then_some(()))
            };
            poll::until("the service runs", SOON, runs).map(drop).with_context(|| self.stage.logs())
        }

        /// The versions of the agent that Windows lists as installed.
        fn versions(&self) -> Result<Vec<String>> {
            let listed = self.stage.wine.run("reg", &["query", INSTALLED, "/s", "/v", "DisplayVersion"])?;
            let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
            let version = |line: &str| line.split_whitespace().next_back().map(str::to_owned);
            Ok(listed.lines().filter(|line| line.contains("REG_SZ")).filter_map(version).collect())
        }
    }

    fn lifecycle() -> Result<()> {
        let stage = WindowsStage::set()?;
        let installers = stage.folder().to_owned();
        let (first, later) = (named(&Wine::installer("first.msi")?)?, named(&Wine::installer("later.msi")?)?);
        let host = Host { stage, installers };
        let before = host.versions()?;

        let token = format!("TOKEN={}", host.stage.dashboard.command(&["token"])?);
        let address = format!("DASHBOARDURL={}", host.stage.dashboard.addresses().people);
        host.installer(&["/i", &first, "/qn", &address, &token])?;
        ensure!(host.program().is_file(), "the program is where programs are");
        let path = host.service("ImagePath")?.context("the service is registered")?;
        // Without quotes Windows would try C:\Program.exe first.
        assert_eq!(path, r#""C:\Program Files\Tenken\tenken-agent.exe" service run"#);
        assert_eq!(host.service("ObjectName")?.as_deref(), Some("LocalSystem"));
        assert_eq!(host.service("Start")?.as_deref(), Some("0x2"));
        host.wait_until_it_runs()?;
        let took = host.stage.settle()?;
        println!("From the end of the silent installation to the first full report: {} ms", took.as_millis());
        assert_eq!(host.stage.wine.value(SETTINGS, "Token")?, None, "the token was used and is gone");
        ensure!(host.state().join("identity.json").is_file(), "the host has its identity");

        std::fs::remove_file(host.program())?;
        host.installer(&["/i", &first, "/qn", "REINSTALL=ALL", "REINSTALLMODE=amus"])?;
        ensure!(host.program().is_file(), "a repair brings the program back");

        host.installer(&["/i", &later, "/qn"])?;
        host.wait_until_it_runs()?;
        let versions: Vec<String> = host.versions()?.into_iter().filter(|version| !before.contains(version)).collect();
        assert_eq!(versions, [LATER], "an upgrade takes the place of what was there");
        ensure!(host.installer(&["/i", &first, "/qn"]).is_err(), "an older version does not take its place");

        host.installer(&["/x", &later, "/qn"])?;
        ensure!(!host.program().exists(), "the program is gone");
        assert_eq!(host.service("ImagePath")?, None, "the service is gone");
        assert_eq!(host.stage.wine.values(SETTINGS)?, Vec::<String>::new(), "the settings are gone");
        assert_eq!(host.versions()?, before);
        ensure!(host.state().join("identity.json").is_file(), "the host keeps its identity");

        host.installer(&["/i", &later, "/qn"])?;
        host.wait_until_it_runs()?;
        host.installer(&["/x", &later, "/qn", "PURGE=1"])?;
        ensure!(!host.program().exists() && !host.state().exists(), "nothing is left");
        assert_eq!(host.service("ImagePath")?, None);
        Ok(())
    }

    #[test]
    fn an_installation_is_repaired_upgraded_and_removed() {
        if let Some(why) = WindowsStage::missing().or_else(Wine::no_installers) {
            skip("an_installation_is_repaired_upgraded_and_removed", why);
            return;
        }
        lifecycle().unwrap();
    }
}
