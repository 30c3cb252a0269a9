//! Programs by which a Windows host is used from afar: the one table of them.
//!
//! They are known by their services and by the files of their processes, neither of which is translated. A copy that nobody installed
//! shows by its process alone. What is installed and neither begins nor runs is told, and is no finding.

use tenken_model::fact::remote_access::{RdpServer, RemoteTool};
use tenken_model::{Read, Reason};

use crate::collect::windows_setting::{Services, begins, number};
use crate::collect::{Look, Wake};
use crate::host::windows_api::{RegistryPath, ServiceState};

/// By what a program is known.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// The name rules and registers use, the same as on Linux.
    pub name: &'static str,
    /// Services that begin it; one that ends in `*` has a number of the customer behind it.
    pub services: &'static [&'static str],
    /// Its processes, in lower case.
    pub processes: &'static [&'static str],
}

const fn tool(name: &'static str, services: &'static [&'static str], processes: &'static [&'static str]) -> Tool {
    Tool { name, services, processes }
}

/// Every program that is looked for.
pub const TOOLS: &[Tool] = &[
    tool("teamviewer", &["TeamViewer"], &["teamviewer.exe", "teamviewer_service.exe", "teamviewerqs.exe"]),
    tool("anydesk", &["AnyDesk", "AnyDesk-*"], &["anydesk.exe"]),
    tool("rustdesk", &["RustDesk"], &["rustdesk.exe"]),
    tool("chrome-remote-desktop", &["chromoting"], &["remoting_host.exe"]),
    tool("splashtop", &["SplashtopRemoteService"], &["srservice.exe", "srmanager.exe", "srserver.exe"]),
    tool("logmein", &["LogMeIn", "LMIMaint"], &["logmein.exe", "lmi_rescue.exe"]),
    tool("gotoassist", &["GoToAssist Remote Support Customer*"], &["g2ax_service.exe", "g2svc.exe"]),
    tool("screenconnect", &["ScreenConnect Client*"], &["screenconnect.clientservice.exe"]),
    tool("ultravnc", &["uvnc_service"], &["winvnc.exe"]),
    tool("tightvnc", &["tvnserver"], &["tvnserver.exe"]),
    tool("tigervnc", &["TigerVNC", "winvnc4"], &["winvnc4.exe"]),
    tool("realvnc", &["vncserver"], &["vncserver.exe", "vncserverui.exe"]),
    tool(
        "isl-online",
        &["ISL AlwaysOn*", "ISLAlwaysOn*"],
        &["isllight.exe", "isl light.exe", "islalwaysonmonitor.exe"],
    ),
    tool("remote-operator", &["RemoteOperator*"], &[]),
    tool("optimal-remote", &["OptimalRemote*"], &["optrmt.exe"]),
    tool("zoho-assist", &["Zoho Assist*"], &["zohours.exe", "zohotray.exe"]),
    tool("supremo", &["SupremoService"], &["supremo.exe", "supremoservice.exe"]),
    tool("ammyy-admin", &["AmmyyAdmin*"], &["aa_v3.exe"]),
    tool("remote-utilities", &["RManService"], &["rutserv.exe", "rfusclient.exe"]),
    tool("radmin", &["RServer3"], &["rserver3.exe"]),
    tool("dameware", &["dwmrcs"], &["dwrcs.exe"]),
    tool("bomgar", &["bomgar-ps-*"], &["bomgar-scc.exe"]),
    tool("parsec", &["Parsec"], &["parsecd.exe", "pservice.exe"]),
    tool("nomachine", &["nxservice"], &["nxservice64.exe", "nxserver.bin"]),
    tool("dwservice", &["DWAgent"], &["dwagsvc.exe", "dwagent.exe"]),
    tool("meshcentral", &["Mesh Agent", "meshagent"], &["meshagent.exe"]),
    tool("tailscale", &["Tailscale"], &["tailscaled.exe"]),
    tool("zerotier", &["ZeroTierOneService"], &["zerotier-one_x64.exe"]),
    tool("cloudflared", &["Cloudflared"], &["cloudflared.exe"]),
    tool("ngrok", &["ngrok"], &["ngrok.exe"]),
    tool("frp", &["frpc"], &["frpc.exe"]),
    // It is a part of Windows: only while somebody uses it is it a way in.
    tool("quick-assist", &[], &["quickassist.exe"]),
];

/// Services whose words travel unencrypted.
pub const TELNET: Tool = tool("telnet", &["TlntSvr", "KpyM Telnet*"], &["tlntsvr.exe"]);

/// What Windows puts behind the name of a copy, in Japanese and in English.
const COPIES: [&str; 2] = [" - コピー", " - copy"];
/// Copies of copies of copies.
const MARKS_MAX: usize = 4;
const ASSISTANCE: &str = r"SYSTEM\CurrentControlSet\Control\Remote Assistance";
const TERMINAL_POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services";
const WINRM_POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows\WinRM\Service";
const WINRM_LISTENERS: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN\Listener";
const WINRM_SERVICE: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN\Service";

/// Looks for every program of the table, and for what Windows itself has.
pub(super) fn read(look: &Look<'_>, services: &Services, rdp: &RdpServer) -> Result<Vec<RemoteTool>, Reason> {
    let processes = look.processes().map_err(|error| error.reason())?;
    let processes: Vec<(u32, String)> =
        processes.into_iter().map(|process| (process.pid, without_mark_of_copies(&process.name))).collect();
    let mut found = Vec::new();
    for tool in TOOLS {
        found.extend(of_table(look, tool, services, &processes, false)?);
    }
    found.extend(of_table(look, &TELNET, services, &processes, true)?);
    if rdp.enabled == Read::Measured(true) {
        let found_in = "Remote Desktop (fDenyTSConnections = 0)".to_owned();
        let running = rdp.running.clone();
        found.push(RemoteTool { name: "rdp".to_owned(), found: found_in, enabled: true, running, plain: false });
    }
    found.extend(remote_assistance(look, &processes)?);
    found.extend(winrm(look, services)?);
    Ok(found)
}

/// The name of a program in lower case, without what is put behind that of a second download or a copy: `AnyDesk (1).exe`,
/// `AnyDesk - コピー.exe`.
pub fn without_mark_of_copies(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let Some(mut stem) = name.strip_suffix(".exe") else { return name };
    for _ in 0..MARKS_MAX {
        let numbered = stem
            .strip_suffix(')')
            .and_then(|stem| stem.rsplit_once(" ("))
            .filter(|(_, number)| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()));
        let shorter = numbered.map(|(stem, _)| stem);
        let Some(shorter) = shorter.or_else(|| COPIES.iter().find_map(|mark| stem.strip_suffix(mark))) else { break };
        stem = shorter;
    }
    format!("{stem}.exe")
}

fn of_table(
    look: &Look<'_>,
    tool: &Tool,
    services: &Services,
    processes: &[(u32, String)],
    plain: bool,
) -> Result<Option<RemoteTool>, Reason> {
    let (mut enabled, mut runs, mut seen) = (false, false, None);
    for name in tool.services {
        let own: Vec<_> = match name.strip_suffix('*') {
            Some(prefix) => services.beginning(prefix).collect(),
            None => services.named(name).into_iter().collect(),
        };
        for service in own {
            enabled |= begins(look, &service.name)?;
            runs |= service.state != ServiceState::Stopped;
            seen.get_or_insert_with(|| format!("service {}", service.name));
        }
    }
    for (pid, name) in processes.iter().filter(|(_, name)| tool.processes.contains(&name.as_str())) {
        look.wake_on(Wake::ProcessExit(*pid));
        runs = true;
        seen.get_or_insert_with(|| name.clone());
    }
    let told = |found| RemoteTool { name: tool.name.to_owned(), found, enabled, running: Read::Measured(runs), plain };
    Ok(seen.map(told))
}

/// Help that others may offer without being asked is a way in; help for which the person at the machine sends an invitation is one
/// only while it runs.
fn remote_assistance(look: &Look<'_>, processes: &[(u32, String)]) -> Result<Option<RemoteTool>, Reason> {
    let places = [RegistryPath::machine(TERMINAL_POLICY), RegistryPath::machine(ASSISTANCE)];
    let asked_for = number(look, "fAllowToGetHelp", &places)?.is_some_and(|allowed| allowed != 0);
    let unasked = number(look, "fAllowUnsolicited", &places[..1])?.is_some_and(|allowed| allowed != 0);
    let runs = processes.iter().any(|(_, name)| name == "msra.exe");
    let told = |found: &str| RemoteTool {
        name: "remote-assistance".to_owned(),
        found: found.to_owned(),
        enabled: unasked,
        running: Read::Measured(runs),
        plain: false,
    };
    Ok(match (unasked, asked_for, runs) {
        (true, _, _) => Some(told("fAllowUnsolicited = 1")),
        (false, true, _) => Some(told("fAllowToGetHelp = 1")),
        (false, false, true) => Some(told("msra.exe")),
        (false, false, false) => None,
    })
}

/// WinRM takes commands where its service runs and a listener is set up, by itself or by a policy.
fn winrm(look: &Look<'_>, services: &Services) -> Result<Option<RemoteTool>, Reason> {
    let policy = RegistryPath::machine(WINRM_POLICY);
    let listeners = look.registry(&RegistryPath::machine(WINRM_LISTENERS)).map_err(|error| error.reason())?;
    let by_policy = number(look, "AllowAutoConfig", std::slice::from_ref(&policy))?.is_some_and(|allowed| allowed != 0);
    if !by_policy && listeners.is_none_or(|key| key.subkeys.is_empty()) {
        return Ok(None);
    }
    let unencrypted = number(look, "AllowUnencryptedTraffic", &[policy])?;
    let unencrypted = match unencrypted {
        None => number(look, "allow_unencrypted", &[RegistryPath::machine(WINRM_SERVICE)])?,
        told => told,
    };
    Ok(Some(RemoteTool {
        name: "winrm".to_owned(),
        found: "service WinRM".to_owned(),
        enabled: begins(look, "WinRM")?,
        running: Read::Measured(services.runs("WinRM")),
        plain: unencrypted.is_some_and(|allowed| allowed != 0),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_download_and_a_copy_are_the_same_program() {
        for name in
            ["AnyDesk.exe", "anydesk (1).exe", "AnyDesk (12).EXE", "AnyDesk - コピー.exe", "AnyDesk (1) - Copy (2).exe"]
        {
            assert_eq!(without_mark_of_copies(name), "anydesk.exe", "{name}");
        }
    }

    #[test]
    fn other_names_stay_what_they_are() {
        for (name, expected) in [
            ("ISL Light.exe", "isl light.exe"),
            ("anydesk ().exe", "anydesk ().exe"),
            ("anydesk (x).exe", "anydesk (x).exe"),
            ("nxserver.bin", "nxserver.bin"),
            ("(1).exe", "(1).exe"),
            (".exe", ".exe"),
            ("System", "system"),
        ] {
            assert_eq!(without_mark_of_copies(name), expected, "{name}");
        }
    }
}
