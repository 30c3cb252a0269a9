//! A host in the years that follow the installation of its agent.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tenken_engine::Catalog;
use tenken_model::{Language, RuleId};
use tenken_tests::booted::Machine;
use tenken_tests::dashboard::Visitor;
use tenken_tests::{poll, smtp};

use crate::stage::{OLDER, SOON, Stage, boots, install, older, purge, version};

/// What the pages and mails say of a control.
struct Watch<'a> {
    stage: &'a Stage,
    visitor: Visitor,
    catalog: Catalog,
    figures: String,
}

impl Watch<'_> {
    /// Changes the host by a script, and waits until a page says that the rule is broken, or holds again. What breaks again soon is
    /// mailed once.
    fn show(&mut self, rule: &str, broken: bool, script: &str) -> Result<()> {
        let rule = self.catalog.rule(&RuleId::new(rule)?).context("there is such a rule")?;
        let begun = Instant::now();
        self.stage.host.run(script)?;
        let took = self.on_page(rule.id.as_str(), Language::Japanese.of(&rule.title), broken, begun)?.as_millis();
        let mark = if broken { "逸脱" } else { "解消" };
        writeln!(self.figures, "{:<26} {mark} page {took:>6} ms", rule.id.as_str())?;
        Ok(())
    }

    /// Waits until the page says so, and returns how long after a moment that was.
    fn on_page(&self, rule: &str, title: &str, broken: bool, begun: Instant) -> Result<Duration> {
        let on_page = || {
            let page = self.visitor.page("/drifts")?;
            let open = page.split("class=\"drifts past\"").next().unwrap_or_default();
            Ok((open.contains(title) == broken).then(|| begun.elapsed()))
        };
        let what = format!("{rule}: the page says that it is {}", if broken { "broken" } else { "well" });
        Ok(poll::until(&what, SOON, on_page).with_context(|| self.stage.logs())?.0)
    }

    /// Changes the host by a script, and waits until a page and a mail say that the rule is broken, or holds again.
    fn change(&mut self, rule: &str, broken: bool, script: &str) -> Result<()> {
        let rule = self.catalog.rule(&RuleId::new(rule)?).context("there is such a rule")?;
        let title = Language::Japanese.of(&rule.title).to_owned();
        let mark = if broken { "逸脱" } else { "解消" };
        let before = self.stage.mails.messages()?.len();
        let begun = Instant::now();
        self.stage.host.run(script)?;
        let page = self.on_page(rule.id.as_str(), &title, broken, begun)?;
        let mailed = || {
            for message in self.stage.mails.messages()?.split_off(before) {
                let subject = smtp::subject(&message)?;
                if subject.contains(&title) && subject.contains(mark) {
                    return Ok(Some(begun.elapsed()));
                }
            }
            Ok(None)
        };
        let (mail, _) = poll::until("the mail is accepted", SOON, mailed).with_context(|| self.stage.logs())?;
        let (page, mail) = (page.as_millis(), mail.as_millis());
        writeln!(self.figures, "{:<26} {mark} page {page:>6} ms  mail {mail:>6} ms", rule.id.as_str())?;
        Ok(())
    }
}

/// A desktop whose screen locks, and the service that sets the clock, as an administrator of the host sets them up.
const PREPARED: &str = "\
    mkdir -p /etc/systemd/system/chrony.service.d /etc/dconf/profile /etc/dconf/db/local.d/locks /usr/share/xsessions\n\
    printf '[Unit]\\nConditionCapability=\\n' > /etc/systemd/system/chrony.service.d/container.conf\n\
    printf 'DAEMON_OPTS=\"-x -F 0\"\\n' > /etc/default/chrony\n\
    printf 'server time.example.jp iburst minpoll 0 maxpoll 1\\n' > /etc/chrony/sources.d/here.sources 2>/dev/null || true\n\
    sed -i '/^pool /d' /etc/chrony/chrony.conf\n\
    systemctl daemon-reload; systemctl restart chrony\n\
    ln -sf /usr/share/zoneinfo/Asia/Tokyo /etc/localtime\n\
    printf '[Desktop Entry]\\nName=GNOME\\nExec=gnome-session\\n' > /usr/share/xsessions/gnome.desktop\n\
    printf 'user-db:user\\nsystem-db:local\\n' > /etc/dconf/profile/user\n\
    printf '[org/gnome/desktop/session]\\nidle-delay=uint32 300\\n\\n[org/gnome/desktop/screensaver]\\nlock-enabled=true\\nlock-delay=uint32 0\\n' > /etc/dconf/db/local.d/00-lock\n\
    printf '/org/gnome/desktop/session/idle-delay\\n/org/gnome/desktop/screensaver/lock-enabled\\n/org/gnome/desktop/screensaver/lock-delay\\n/org/gnome/desktop/lockdown/disable-lock-screen\\n' > /etc/dconf/db/local.d/locks/00-lock\n\
    dconf update\n\
    useradd --create-home --shell /bin/bash hanako; echo 'hanako:a long sentence nobody guesses' | chpasswd\n";

/// What the installed agent's user may read, and with its rights alone.
const AS_THE_AGENT: &str = "systemd-run --quiet --pipe --wait -p User=tenken-agent -p Group=tenken-agent \
                            -p AmbientCapabilities=CAP_DAC_READ_SEARCH -p CapabilityBoundingSet=CAP_DAC_READ_SEARCH";
/// Refuses what nobody asked for.
const REFUSING: &str = "flush ruleset\ntable inet filter {\n  chain input {\n    type filter hook input priority 0; policy drop;\n    \
                        iif lo accept\n    ct state established,related accept\n  }\n}\n";

/// The agent, which may not ask the kernel for its packet filter, is told by its helper.
fn packet_filter(watch: &mut Watch<'_>) -> Result<()> {
    const RULE: &str = "firewall_refuses_inbound";
    const AGAIN: &str = "systemctl restart tenken-agent";
    let host = &watch.stage.host;
    let rights = host.run("grep CapEff: /proc/$(systemctl show -P MainPID tenken-agent)/status")?;
    ensure!(rights.ends_with("0000000000000004"), "it has no right but to read: {rights}");
    let said = host.hear("tenken-agent doctor --language en || true")?;
    let line = said.lines().find(|line| line.contains("Packet filter")).context("the doctor looks at it")?;
    ensure!(line.contains("by its helper"), "{said}");
    let known = |machine: &Machine| machine.run(&format!("{AS_THE_AGENT} tenken-agent facts"));
    ensure!(evidence(&known(host)?)? == "kernel", "the helper tells");
    host.run("systemctl stop tenken-agent-packet-filter.socket; test ! -e /run/tenken-agent-packet-filter.socket")?;
    ensure!(evidence(&known(host)?)? == "configured", "without the helper the kernel does not tell");
    host.run("systemctl start tenken-agent-packet-filter.socket")?;

    // What is configured refuses throughout; what the kernel has does not.
    host.put("/etc/nftables.conf", REFUSING.as_bytes())?;
    watch.show(RULE, true, "true")?;
    watch.change(RULE, false, &format!("systemctl enable --now nftables; {AGAIN}"))?;
    watch.show(RULE, true, &format!("nft flush ruleset; {AGAIN}"))?;
    watch.show(RULE, false, &format!("systemctl restart nftables; {AGAIN}"))?;
    let failed = watch.stage.host.run("systemctl --failed --no-legend --plain")?;
    ensure!(failed.is_empty(), "{failed}");
    Ok(())
}

/// What a host's firewall was judged by.
fn evidence(facts: &str) -> Result<String> {
    let facts: serde_json::Value = serde_json::from_str(facts)?;
    let found = facts.pointer("/firewall/outcome/known/evidence").and_then(serde_json::Value::as_str);
    found.map(str::to_owned).with_context(|| format!("{:#}", facts["firewall"]))
}

fn life_of_a_host() -> Result<()> {
    let mut stage = Stage::set()?;
    stage.host.run(PREPARED)?;
    let link = stage.install_dashboard("/packages/tenken-dashboard_*.deb")?;
    let visitor = stage.visitor(&link)?;

    // An older package first, so that there is something to upgrade.
    install(&stage.host, &older(&stage.host, "tenken-agent")?)?;
    ensure!(stage.host.run("systemctl is-active tenken-agent")? == "active", "it waits to be enrolled");
    stage.enrol()?;
    stage.settle()?;

    let catalog = Catalog::embedded().map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
    let mut watch = Watch { stage: &stage, visitor, catalog, figures: String::new() };
    watch.change("clock_service_running", true, "timedatectl set-ntp false")?;
    watch.change("clock_service_running", false, "timedatectl set-ntp true")?;
    watch.change(
        "screen_locks_when_idle",
        true,
        "sed -i s/lock-enabled=true/lock-enabled=false/ /etc/dconf/db/local.d/00-lock; dconf update",
    )?;
    watch.change(
        "screen_locks_when_idle",
        false,
        "sed -i s/lock-enabled=false/lock-enabled=true/ /etc/dconf/db/local.d/00-lock; dconf update",
    )?;
    watch.change("accounts_need_a_password", true, "useradd --shell /bin/bash taro; passwd --quiet --delete taro")?;
    watch.change("accounts_need_a_password", false, "userdel taro")?;
    packet_filter(&mut watch)?;
    println!("From a change on a booted host to the page and to the accepted mail:\n{}", watch.figures);

    // It comes back by itself, and after a boot.
    let identity = stage.host.run("sha256sum /var/lib/tenken-agent/identity.json")?;
    stage.host.run("systemctl kill -s KILL tenken-agent")?;
    stage.host.until(
        "it runs again",
        SOON,
        "test $(systemctl show -P NRestarts tenken-agent) -ge 1; systemctl is-active tenken-agent",
    )?;
    stage.host.reboot()?;
    stage.host.until("it runs after a boot", SOON, "systemctl is-active tenken-agent")?;
    stage.settle()?;

    install(&stage.host, "/packages/tenken-agent_*.deb")?;
    let version = version(&stage.host, "tenken-agent")?;
    ensure!(version != OLDER, "{version}");
    stage.host.until("it runs after the upgrade", SOON, "systemctl is-active tenken-agent")?;
    ensure!(stage.host.run("sha256sum /var/lib/tenken-agent/identity.json")? == identity, "the identity stays");
    stage.settle()?;

    purge(&stage.host, "tenken-agent")
}

#[test]
fn a_host_is_installed_watched_upgraded_and_removed() {
    boots("host::a_host_is_installed_watched_upgraded_and_removed", life_of_a_host);
}
