//! Machines that are really booted: packages installed on them, and everything an administrator does there.

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use anyhow::{Result, ensure};
    use tenken_tests::booted::{self, Cable, Machine};
    use tenken_tests::network::{Stands, own_system};

    fn boots() -> Result<()> {
        let folder = tempfile::TempDir::new()?;
        let cable = Cable::lay()?;
        let dashboard = Machine::boot(&cable, folder.path(), "dashboard", Ipv4Addr::new(10, 77, 0, 2))?;
        let mut host = Machine::boot(&cable, folder.path(), "host", Ipv4Addr::new(10, 77, 0, 3))?;
        host.put("/etc/x/y", b"abc")?;
        host.reboot()?;
        ensure!(host.run("cat /etc/x/y")? == "abc");
        println!("{}", dashboard.run("ip -br addr; systemctl is-system-running")?);
        println!("{}", host.run("ip -br addr; curl -m 2 http://tenken.example.jp:1 2>&1 || true; date")?);
        Ok(())
    }

    #[test]
    fn machines_boot() {
        match own_system("tests::machines_boot").unwrap() {
            Stands::Inside => boots().unwrap(),
            Stands::Passed => {}
            Stands::Not(why) => tenken_tests::skip("machines_boot", why),
        }
    }
}
