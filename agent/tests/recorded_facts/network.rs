//! What tells what the network can reach, with secrets in it.

use tenken_agent::host::{NetfilterDump, Recording};

use super::secrets::Secrets;

/// Adds configurations of every firewall, tables of sockets, settings of the kernel and rules of nf_tables. `interface` is the
/// one of the dump of interfaces.
pub(super) fn network(host: Recording, secrets: &Secrets, interface: &str) -> Recording {
    let note = secrets.note();
    let Secrets { person, file, .. } = secrets;
    let unit = |name: &str| format!("/usr/lib/systemd/system/{name}.service");
    let wanted = |name: &str| format!("/etc/systemd/system/multi-user.target.wants/{name}.service");
    let services = ["ufw", "firewalld", "nftables", "netfilter-persistent"];
    let host = services.into_iter().fold(host, |host, name| host.link(wanted(name), unit(name)));
    let zone = format!(
        "<zone><!-- {person} --><short>{person}</short><interface name=\"{interface}\"/><rule><source \
         address=\"192.168.30.7\"/><accept/></rule></zone>"
    );
    let nft = format!(
        "{note}table inet {file} {{\nchain {file} {{\ntype filter hook input priority 0; policy drop;\nip saddr 192.168.30.7 \
         accept comment \"{person}\"\n}}\n}}\n"
    );
    let save =
        format!("{note}*filter\n:INPUT DROP [0:0]\n-A INPUT -m comment --comment \"{person}\" -j ACCEPT\nCOMMIT\n");
    let rule = format!("### tuple ### allow tcp 22 0.0.0.0/0 any 192.168.30.7 in comment={person}\n");
    let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
    let tail = "00000000:00000000 00:00000000 00000000  1000        0 17001 1\n";
    let settings = ["forwarding", "rp_filter", "accept_source_route", "accept_redirects", "send_redirects"];
    let own = |name: &str| format!("/proc/sys/net/ipv4/conf/{interface}/{name}");
    let host = settings.into_iter().fold(host, |host, name| {
        host.file(own(name), "1\n").file(format!("/proc/sys/net/ipv4/conf/all/{name}"), "0\n")
    });
    host.file("/etc/ufw/ufw.conf", format!("{note}ENABLED=yes\n"))
        .file("/etc/default/ufw", format!("{note}DEFAULT_INPUT_POLICY=\"DROP\"\nIPV6=yes\n"))
        .file("/etc/ufw/user.rules", format!("{note}{rule}"))
        .file("/etc/firewalld/firewalld.conf", format!("{note}DefaultZone={file}\n"))
        .file(format!("/etc/firewalld/zones/{file}.xml"), zone)
        .file("/etc/nftables.conf", nft)
        .file("/etc/iptables/rules.v4", &save)
        .file("/etc/iptables/rules.v6", save)
        .file(
            "/etc/sysctl.d/90-net.conf",
            format!("{note}kernel.domainname = {person}\nnet.ipv4.conf.all.rp_filter = 1\n"),
        )
        .file("/proc/net/tcp", format!("{head}   0: 071EA8C0:0016 00000000:0000 0A {tail}"))
        .file("/proc/net/udp", format!("{head}   0: 071EA8C0:0016 00000000:0000 07 {tail}"))
        .file("/proc/net/if_inet6", format!("fd123456789a00010000000000000001 02 40 00 80 {interface}\n"))
        .file("/proc/modules", format!("nf_tables 1 0 - Live 0x0\n{file} 1 0 - Live 0x0\n"))
        .file("/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n")
}

/// Rules of nf_tables that have those names, and drop what is not from one address or interface.
pub(super) fn rules(host: Recording, secrets: &Secrets, interface: &str) -> Recording {
    let Secrets { person, file, .. } = secrets;
    let text = |text: &str| [text.as_bytes(), &[0]].concat();
    let number = |number: u32| number.to_be_bytes().to_vec();
    let value = |bytes: &[u8]| attribute(1, bytes);
    let expression = |name: &str, data: Vec<Vec<u8>>| {
        attribute(1, &[attribute(1, &text(name)), attribute(2, &data.concat())].concat())
    };
    let mut name = interface.as_bytes().to_vec();
    name.resize(16, 0);
    let accept = attribute(2, &attribute(2, &attribute(1, &number(1))));
    let one = [
        expression("meta", vec![attribute(1, &number(1)), attribute(2, &number(6))]),
        expression("cmp", vec![attribute(1, &number(1)), attribute(2, &number(1)), attribute(3, &value(&name))]),
        expression(
            "payload",
            vec![
                attribute(1, &number(1)),
                attribute(2, &number(1)),
                attribute(3, &number(12)),
                attribute(4, &number(4)),
            ],
        ),
        expression(
            "cmp",
            vec![attribute(1, &number(1)), attribute(2, &number(0)), attribute(3, &value(&[192, 168, 30, 7]))],
        ),
        expression("log", vec![attribute(2, &text(person))]),
        expression("immediate", vec![attribute(1, &number(0)), accept]),
    ];
    let hook = [attribute(1, &number(1)), attribute(2, &number(0))].concat();
    let table = [attribute(1, &text(file)), attribute(2, &number(0))].concat();
    let chain = [
        attribute(1, &text(file)),
        attribute(3, &text(person)),
        attribute(4, &hook),
        attribute(5, &number(0)),
        attribute(7, &text("filter")),
    ];
    let rule = [
        attribute(1, &text(file)),
        attribute(2, &text(person)),
        attribute(4, &one.concat()),
        attribute(7, &text(person)),
    ];
    host.netfilter(NetfilterDump::Tables, Ok(vec![message(0, &table), done()]))
        .netfilter(NetfilterDump::Chains, Ok(vec![message(3, &chain.concat()), done()]))
        .netfilter(NetfilterDump::Rules, Ok(vec![message(6, &rule.concat()), done()]))
}

fn attribute(name: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len() + 4).unwrap();
    let mut bytes = [length.to_ne_bytes().as_slice(), &name.to_ne_bytes(), value].concat();
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn message(kind: u16, attributes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(20 + attributes.len()).unwrap();
    let kind = 10 << 8 | kind;
    [length.to_ne_bytes().as_slice(), &kind.to_ne_bytes(), &[0; 10], &[1, 0, 0, 0], attributes].concat()
}

fn done() -> Vec<u8> {
    [20_u32.to_ne_bytes(), 3_u32.to_ne_bytes(), [0; 4], [0; 4], [0; 4]].concat()
}
