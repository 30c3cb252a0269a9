//! What each resident tool costs a host on which nothing happens, all at the same time on the same host.

use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::tree;
use crate::process::output;
use crate::report::line;
use crate::resident::{counted, tracing};
use crate::up::{ending_with_this, pair};

/// Starting is no rest.
const SETTLE: Duration = Duration::from_mins(1);
/// How often memory is looked at.
const LOOK: Duration = Duration::from_secs(30);
/// For how long system calls are counted, at the end: being counted makes them slower. Monit wakes up once in that time.
pub(super) const CALLS: Duration = Duration::from_mins(2);
/// With what `timeout` ends when it had to end a program.
const TIME_IS_UP: i32 = 124;
/// Ports are looked for after this one: zabbix-agent takes none above 32767, where the kernel gives out its own.
const PORTS_AFTER: u16 = 20_000;
/// How long a program may take to end.
const ENDING: Duration = Duration::from_secs(10);

/// What one tool costs at rest.
pub(super) struct Rest {
    /// What people call it.
    pub(super) name: &'static str,
    /// Proportional memory of all its processes, in KiB: the median of all looks, and the largest.
    pub(super) median_kib: u64,
    pub(super) largest_kib: u64,
    /// Processor time of all its processes.
    pub(super) cpu: Duration,
    /// The time in which it was taken.
    pub(super) time: Duration,
    /// System calls while they were counted.
    pub(super) calls: u64,
    /// How many processes it was at the end.
    pub(super) processes: usize,
}

/// A tool that runs all the time.
#[derive(Debug, Clone, Copy)]
enum Resident {
    Zabbix,
    NodeExporter,
    Monit,
    Netdata,
}

impl Resident {
    const ALL: [Self; 4] = [Self::Zabbix, Self::NodeExporter, Self::Monit, Self::Netdata];

    fn name(self) -> &'static str {
        match self {
            Self::Zabbix => "zabbix-agent",
            Self::NodeExporter => "node exporter",
            Self::Monit => "monit",
            Self::Netdata => "netdata",
        }
    }

    /// Whom it becomes once it runs, if its package has an account for it.
    fn account(self) -> Option<&'static str> {
        match self {
            Self::Zabbix => Some("zabbix"),
            Self::Netdata => Some("netdata"),
            Self::NodeExporter | Self::Monit => None,
        }
    }

    /// As its package configures it, but in the foreground, on loopback, and with its files in a folder.
    fn command(self, folder: &Path, port: u16) -> Result<Command> {
        let (own, configuration) = (folder.display(), folder.join("configuration"));
        let write = |text: &str| private(&configuration, text);
        Ok(match self {
            Self::Zabbix => {
                write(&format!(
                    "PidFile={own}/pid\nLogFile={own}/log\nLogFileSize=0\nServer=127.0.0.1\nServerActive=127.0.0.1\n\
                     ListenIP=127.0.0.1\nListenPort={port}\n"
                ))?;
                with(ending_with_this(Path::new("zabbix_agentd")), ["--foreground", "--config"], &configuration)
            }
            Self::NodeExporter => {
                let mut command = ending_with_this(Path::new("prometheus-node-exporter"));
                command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
                command
            }
            Self::Monit => {
                write(&format!(
                    "set daemon 120\nset log {own}/log\nset pidfile {own}/pid\nset idfile {own}/id\nset statefile {own}/state\n\
                     set eventqueue basedir {own}/events slots 100\ninclude /etc/monit/conf-enabled/*\n"
                ))?;
                with(ending_with_this(Path::new("monit")), ["-I", "-c"], &configuration)
            }
            Self::Netdata => {
                write(&format!(
                    "[global]\n\trun as user = netdata\n[directories]\n\tcache = {own}\n\tlib = {own}\n\tlog = {own}\n\
                     [web]\n\tbind to = 127.0.0.1:{port}\n"
                ))?;
                let mut command = with(ending_with_this(Path::new("netdata")), ["-D", "-c"], &configuration);
                command.arg("-P").arg(folder.join("pid"));
                command
            }
        })
    }
}

/// Writes a file that only its owner reads, as some of the tools demand.
fn private(path: &Path, text: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
        .with_context(|| format!("closing {} to others", path.display()))
}

fn with(mut command: Command, arguments: [&str; 2], configuration: &Path) -> Command {
    command.args(arguments).arg(configuration);
    command
}

/// The next port that nobody listens on, which then counts as taken.
fn free_port(taken: &mut u16) -> Result<u16> {
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    *taken = (*taken + 1..32_768).find(is_free).context("no port below 32768 is free")?;
    Ok(*taken)
}

/// A tool that ends with this program, and so does whatever it started.
struct Running {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Running {
    fn start(resident: Resident, folder: &Path, taken: &mut u16) -> Result<Self> {
        let name = resident.name();
        let own = folder.join(name.replace(' ', "-"));
        std::fs::create_dir_all(&own).with_context(|| format!("making {}", own.display()))?;
        let mut command = resident.command(&own, free_port(taken)?)?;
        if let Some(account) = resident.account() {
            output(Command::new("chown").args(["-R", account]).arg(&own))?;
        }
        let log = folder.join(format!("{}.log", name.replace(' ', "-")));
        let said = std::fs::File::create(&log).with_context(|| format!("making {}", log.display()))?;
        command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said).process_group(0);
        let child = command.spawn().with_context(|| format!("starting {name}"))?;
        Ok(Self { name, child, log })
    }

    /// Fails if it ended.
    fn must_run(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            let said = std::fs::read_to_string(&self.log).unwrap_or_default();
            bail!("{} ended: {status}. It said:\n{said}", self.name);
        }
        Ok(())
    }

    fn signal(&self, signal: &str) {
        let group = format!("-{}", self.child.id());
        let _ended_already = Command::new("kill").args([signal, "--", &group]).stderr(Stdio::null()).status();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.signal("-TERM");
        let begun = Instant::now();
        while begun.elapsed() < ENDING && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::park_timeout(Duration::from_millis(50));
        }
        // What it left behind goes as well.
        self.signal("-KILL");
        let _ended = self.child.wait();
    }
}

/// What was seen of one tool so far.
struct Watched {
    name: &'static str,
    pid: u32,
    before: Duration,
    looks: Vec<u64>,
}

/// Starts all of them and measures; the agent comes first.
pub(super) fn measure(folder: &Path, dashboard: &Path, agent: &Path, time: Duration) -> Result<Vec<Rest>> {
    let own = folder.join("pair");
    std::fs::create_dir_all(&own).with_context(|| format!("making {}", own.display()))?;
    let pair = pair(&own, dashboard.to_owned(), agent.to_owned())?;
    let mut running = Vec::new();
    let mut taken = PORTS_AFTER;
    for resident in Resident::ALL {
        running.push(Running::start(resident, folder, &mut taken)?);
    }
    std::thread::park_timeout(SETTLE);
    running.iter_mut().try_for_each(Running::must_run)?;
    let pids = running.iter().map(|tool| (tool.name, tool.child.id()));
    let mut watched = Vec::new();
    for (name, pid) in std::iter::once(("Tenken", pair.agent.pid())).chain(pids) {
        watched.push(Watched { name, pid, before: tree::spent(&tree::of(pid)?)?, looks: Vec::new() });
    }
    line(format_args!("The resident tools rest for {} minutes ...", time.as_secs() / 60));
    let begun = Instant::now();
    loop {
        for tool in &mut watched {
            tool.looks.push(tree::proportional(&tree::of(tool.pid)?)?);
        }
        let Some(rest) = time.checked_sub(begun.elapsed()).filter(|rest| !rest.is_zero()) else { break };
        std::thread::park_timeout(rest.min(LOOK));
    }
    let mut measured = Vec::new();
    for tool in watched {
        measured.push((tool.pid, measured_of(tool, begun)?));
    }
    running.iter_mut().try_for_each(Running::must_run)?;
    calls(folder, &mut measured)?;
    running.iter_mut().try_for_each(Running::must_run)?;
    Ok(measured.into_iter().map(|(_, rest)| rest).collect())
}

fn measured_of(mut tool: Watched, begun: Instant) -> Result<Rest> {
    let tree = tree::of(tool.pid)?;
    let cpu = tree::spent(&tree)?.saturating_sub(tool.before);
    tool.looks.sort_unstable();
    let median_kib = *tool.looks.get(tool.looks.len() / 2).context("nothing was looked at")?;
    let largest_kib = *tool.looks.last().context("nothing was looked at")?;
    Ok(Rest { name: tool.name, median_kib, largest_kib, cpu, time: begun.elapsed(), calls: 0, processes: tree.len() })
}

/// Counts the system calls of all at the same time.
fn calls(folder: &Path, measured: &mut [(u32, Rest)]) -> Result<()> {
    line(format_args!("Their system calls are counted for {} seconds ...", CALLS.as_secs()));
    let mut tracers = Vec::new();
    for (pid, rest) in measured.iter() {
        let log = folder.join(format!("calls-{}", rest.name.replace(' ', "-")));
        tracers.push((tracing(&tree::of(*pid)?, &log, CALLS)?, log));
    }
    for ((mut tracer, log), (_, rest)) in tracers.into_iter().zip(measured) {
        let ended = tracer.wait()?;
        if ended.code() != Some(TIME_IS_UP) {
            bail!("strace did not stay with {}: {ended}", rest.name);
        }
        // A program that makes no call has an empty table.
        let table = std::fs::read_to_string(&log).with_context(|| format!("strace told nothing of {}", rest.name))?;
        rest.calls = counted(&table);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_somebody_listens_on_is_passed_over() {
        let mut taken = PORTS_AFTER;
        let first = free_port(&mut taken).unwrap();
        let _listener = TcpListener::bind(("127.0.0.1", first)).unwrap();
        let mut again = PORTS_AFTER;
        let second = free_port(&mut again).unwrap();
        assert!(second > first && second < 32_768 && again == second);
    }

    #[test]
    fn a_tool_ends_with_what_it_started() {
        let child = Command::new("sh").args(["-c", "sleep 600 & wait"]).process_group(0).spawn().unwrap();
        let pid = child.id();
        let begun = Instant::now();
        let mut tree = Vec::new();
        while tree.len() < 2 && begun.elapsed() < ENDING {
            tree = tree::of(pid).unwrap();
        }
        assert_eq!(tree.len(), 2);
        drop(Running { name: "sh", child, log: PathBuf::new() });
        // One that ended is without a command line until its new parent has asked for it.
        let runs = |pid: &u32| std::fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty());
        let begun = Instant::now();
        while tree.iter().any(runs) && begun.elapsed() < ENDING {
            std::thread::yield_now();
        }
        assert!(!tree.iter().any(runs), "{tree:?}");
    }
}
