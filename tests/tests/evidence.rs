//! The files that people attach, before a real virus scanner.

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::net::UnixStream;
    use std::path::Path;
    use std::time::Duration;

    use anyhow::{Context as _, Result, ensure};
    use tempfile::TempDir;
    use tenken_tests::dashboard::{Dashboard, Visitor};
    use tenken_tests::program::Running;
    use tenken_tests::{clamav, poll, skip};

    const ITEM: &str = "organizational.1";
    /// What the tests' own signature tells a virus by.
    const VIRUS: &[u8] = b"tenken-test-signature";

    /// Starts clamd on the tests' own signatures and waits until it answers at its socket.
    fn scanner(place: &Path) -> Result<Running> {
        let root = place.join("root");
        let lib = root.join("var/lib/clamav");
        fs::create_dir_all(&lib)?;
        let signatures = clamav::signatures(place, 0)?;
        fs::copy(&signatures, lib.join(signatures.file_name().context("the signatures have a name")?))?;
        let engine = clamav::engine(place, &root)?;
        let socket = root.join("run/clamav/clamd.ctl");
        let there = || Ok(UnixStream::connect(&socket).is_ok().then_some(()));
        poll::until("clamd answers", Duration::from_mins(1), there)?;
        Ok(engine)
    }

    #[test]
    fn what_the_scanner_finds_is_not_taken_and_without_it_nothing_is() -> Result<()> {
        if !clamav::available() {
            skip("what_the_scanner_finds_is_not_taken", "clamd, sigtool or faketime is not installed");
            return Ok(());
        }
        let folder = TempDir::new()?;
        let place = folder.path();
        let mut engine = scanner(place)?;
        let socket = place.join("root/run/clamav/clamd.ctl");
        let mut dashboard = Dashboard::new(place, &["--clamd", socket.to_str().context("the folder's name is text")?]);
        let _running = dashboard.start()?;
        let officer = Visitor::first(&dashboard)?;

        let taken = officer.attest(ITEM, "規程を承認した", "議事録.txt", "承認した。\n".as_bytes())?;
        ensure!(taken.contains("議事録.txt") && taken.contains("ウイルス検査済"), "{taken}");
        let infected = [b"%PDF-1.7\n".as_slice(), VIRUS, b"\n%%EOF\n"].concat();
        for (name, content) in [("virus.txt", VIRUS), ("資料.pdf", &infected)] {
            let refused = officer.attest(ITEM, "差し替え", name, content)?;
            ensure!(refused.contains("Tenken.Test.Content"), "{name}: the page names what was found: {refused}");
            ensure!(refused.contains("差し替え"), "{name}: what was typed stays");
        }
        engine.kill()?;
        let refused = officer.attest(ITEM, "差し替え", "表.txt", b"a\n")?;
        ensure!(refused.contains("ウイルス検査ができませんでした"), "{refused}");
        let shown = officer.page(&format!("/items/{ITEM}"))?;
        ensure!(!shown.contains("virus.txt") && !shown.contains("表.txt") && !shown.contains("差し替え"), "{shown}");
        ensure!(shown.contains("議事録.txt"), "{shown}");
        Ok(())
    }
}
