//! Programs by which a host is used from afar, other than OpenSSH's server: the one table of them.

use tenken_model::fact::remote_access::RemoteTool;
use tenken_model::{Read, Reason};

use super::super::Look;
use super::begun::inetd_begins;
use super::inetd::Service;
use super::started::Started;

/// By what a program is known.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// The name rules and registers use.
    pub name: &'static str,
    /// Files or folders of which one is there when it is installed.
    pub paths: &'static [&'static str],
    /// Units that begin it.
    pub units: &'static [&'static str],
    /// Its processes. Those that only the person's own programs begin are not among them.
    pub processes: &'static [&'static str],
    /// Services of inetd.
    pub services: &'static [&'static str],
}

const fn tool(
    name: &'static str,
    paths: &'static [&'static str],
    units: &'static [&'static str],
    processes: &'static [&'static str],
) -> Tool {
    Tool { name, paths, units, processes, services: &[] }
}

impl Tool {
    /// A service of inetd is it, by its name or by what it begins: a service may be called anything.
    pub fn is_begun_by(&self, service: &Service) -> bool {
        let is_own = |program: &String| self.processes.contains(&program.as_str());
        self.services.contains(&service.name.as_str()) || service.programs.iter().any(is_own)
    }
}

/// Every program that is looked for.
pub const TOOLS: &[Tool] = &[
    tool("xrdp", &["/usr/sbin/xrdp"], &["xrdp.service", "xrdp-sesman.service"], &["xrdp", "xrdp-sesman"]),
    tool(
        "tigervnc",
        &["/usr/bin/Xvnc", "/usr/bin/Xtigervnc", "/usr/bin/x0vncserver", "/usr/bin/X0tigervnc"],
        &["vncserver@.service", "tigervncserver@.service", "xvnc.socket"],
        &["Xvnc", "Xtigervnc", "x0vncserver", "X0tigervnc"],
    ),
    tool("tightvnc", &["/usr/bin/Xtightvnc"], &["tightvncserver.service"], &["Xtightvnc"]),
    tool(
        "realvnc",
        &["/usr/bin/vncserver-x11", "/usr/bin/Xvnc-core"],
        &["vncserver-x11-serviced.service", "vncserver-virtuald.service"],
        &["vncserver-x11-serviced", "vncserver-x11-core", "vncserver-virtuald", "Xvnc-core"],
    ),
    tool("x11vnc", &["/usr/bin/x11vnc"], &["x11vnc.service"], &["x11vnc"]),
    tool("wayvnc", &["/usr/bin/wayvnc"], &["wayvnc.service"], &["wayvnc"]),
    tool("vino", &["/usr/libexec/vino-server", "/usr/lib/vino/vino-server"], &[], &["vino-server"]),
    tool(
        "gnome-remote-desktop",
        &["/usr/libexec/gnome-remote-desktop-daemon"],
        &["gnome-remote-desktop.service"],
        &["gnome-remote-desktop-daemon"],
    ),
    tool("krfb", &["/usr/bin/krfb"], &[], &["krfb"]),
    tool(
        "cockpit",
        &["/usr/lib/cockpit/cockpit-ws", "/usr/libexec/cockpit-ws"],
        &["cockpit.socket", "cockpit.service"],
        &["cockpit-tls", "cockpit-ws"],
    ),
    tool("webmin", &["/etc/webmin", "/usr/share/webmin", "/usr/libexec/webmin"], &["webmin.service"], &["miniserv.pl"]),
    tool("teamviewer", &["/opt/teamviewer"], &["teamviewerd.service"], &["teamviewerd"]),
    tool("anydesk", &["/usr/bin/anydesk"], &["anydesk.service"], &["anydesk"]),
    tool(
        "rustdesk",
        &["/usr/bin/rustdesk", "/usr/lib/rustdesk", "/usr/share/rustdesk"],
        &["rustdesk.service"],
        &["rustdesk"],
    ),
    tool(
        "chrome-remote-desktop",
        &["/opt/google/chrome-remote-desktop"],
        &["chrome-remote-desktop@.service", "chrome-remote-desktop.service"],
        &["chrome-remote-desktop-host"],
    ),
    tool(
        "splashtop",
        &["/opt/splashtop-streamer"],
        &["SRStreamer.service", "splashtop-streamer.service"],
        &["SRStreamer", "SRAgent"],
    ),
    tool("screenconnect", &["/opt/screenconnect"], &["screenconnect.service"], &["screenconnect"]),
    tool("nomachine", &["/usr/NX"], &["nxserver.service"], &["nxserver.bin", "nxd"]),
    tool("dwservice", &["/usr/share/dwagent"], &["dwagent.service"], &["dwagsvc", "dwagent"]),
    tool("meshcentral", &["/usr/local/mesh_services", "/usr/local/mesh"], &["meshagent.service"], &["meshagent"]),
    tool("turbovnc", &["/opt/TurboVNC/bin/Xvnc"], &["tvncserver.service"], &[]),
    tool("kasmvnc", &["/usr/bin/Xkasmvnc"], &[], &["Xkasmvnc"]),
    tool("krdp", &["/usr/bin/krdpserver"], &[], &["krdpserver"]),
    tool("freerdp-shadow", &["/usr/bin/freerdp-shadow-cli"], &[], &["freerdp-shadow-cli"]),
    tool("xpra", &["/usr/bin/xpra"], &["xpra.socket", "xpra.service", "xpra-server.service"], &["xpra"]),
    tool("sunshine", &["/usr/bin/sunshine"], &["sunshine.service"], &["sunshine"]),
    tool("guacamole", &["/usr/sbin/guacd", "/usr/local/sbin/guacd"], &["guacd.service"], &["guacd"]),
    tool("ttyd", &["/usr/bin/ttyd", "/usr/local/bin/ttyd"], &["ttyd.service"], &["ttyd"]),
    tool("gotty", &["/usr/bin/gotty", "/usr/local/bin/gotty"], &["gotty.service"], &["gotty"]),
    tool(
        "shellinabox",
        &["/usr/bin/shellinaboxd", "/usr/sbin/shellinaboxd"],
        &["shellinabox.service", "shellinaboxd.service"],
        &["shellinaboxd"],
    ),
    tool("tmate", &["/usr/bin/tmate", "/usr/local/bin/tmate"], &[], &["tmate"]),
    tool("tailscale", &["/usr/sbin/tailscaled", "/usr/bin/tailscaled"], &["tailscaled.service"], &["tailscaled"]),
    tool("zerotier", &["/usr/sbin/zerotier-one"], &["zerotier-one.service"], &["zerotier-one"]),
    tool("netbird", &["/usr/bin/netbird", "/usr/local/bin/netbird"], &["netbird.service"], &["netbird"]),
    tool(
        "cloudflared",
        &["/usr/bin/cloudflared", "/usr/local/bin/cloudflared"],
        &["cloudflared.service"],
        &["cloudflared"],
    ),
    tool("ngrok", &["/usr/bin/ngrok", "/usr/local/bin/ngrok", "/snap/bin/ngrok"], &["ngrok.service"], &["ngrok"]),
    tool("frp", &["/usr/bin/frpc", "/usr/local/bin/frpc"], &["frpc.service", "frpc@.service"], &["frpc"]),
    tool("tinyssh", &["/usr/sbin/tinysshd"], &["tinyssh.socket", "tinyssh@.service"], &["tinysshd"]),
    tool("dropbear", &["/usr/sbin/dropbear"], &["dropbear.service", "dropbear.socket"], &["dropbear"]),
    Tool {
        name: "telnet",
        paths: &["/usr/sbin/in.telnetd", "/usr/sbin/telnetd", "/usr/libexec/telnetd"],
        units: &["telnet.socket", "inetutils-telnetd.service"],
        processes: &["in.telnetd", "telnetd"],
        services: &["telnet"],
    },
    Tool {
        name: "rsh",
        paths: &["/usr/sbin/in.rshd"],
        units: &["rsh.socket"],
        processes: &["in.rshd", "rshd"],
        services: &["shell"],
    },
    Tool {
        name: "rlogin",
        paths: &["/usr/sbin/in.rlogind"],
        units: &["rlogin.socket"],
        processes: &["in.rlogind", "rlogind"],
        services: &["login"],
    },
    Tool {
        name: "rexec",
        paths: &["/usr/sbin/in.rexecd"],
        units: &["rexec.socket"],
        processes: &["in.rexecd", "rexecd"],
        services: &["exec"],
    },
];

/// Looks for every program of the table.
pub(super) fn read(look: &Look<'_>, started: &Started<'_, '_>, begun: &[Service]) -> Result<Vec<RemoteTool>, Reason> {
    let mut begun_by_inetd = None;
    let mut found = Vec::new();
    for tool in TOOLS {
        let mut path = None;
        for place in tool.paths {
            if path.is_none() && look.exists(place).map_err(|error| error.reason())? {
                path = Some(*place);
            }
        }
        let mut enabled = started.is_enabled(tool.units)?;
        if !enabled && begun.iter().any(|service| tool.is_begun_by(service)) {
            enabled = match begun_by_inetd {
                Some(begins) => begins,
                None => *begun_by_inetd.insert(inetd_begins(started)?),
            };
        }
        let running = started.is_running(tool.processes);
        let seen = path
            .or_else(|| tool.units.first().copied().filter(|_| enabled))
            .or_else(|| tool.processes.first().copied().filter(|_| running == Read::Measured(true)));
        if let Some(seen) = seen {
            let plain = !tool.services.is_empty();
            found.push(RemoteTool { name: tool.name.to_owned(), found: seen.to_owned(), enabled, running, plain });
        }
    }
    Ok(found)
}
