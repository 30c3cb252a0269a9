//! Profiles of OpenVPN: whether all traffic goes through their tunnel.
//!
//! A line is a directive and its words, parted by blanks, some in quotes, with `\` before a sign that is meant as it stands; `#` and
//! `;` begin a comment; the lines between `<name>` and `</name>` are a file that stands here (parse_line, check_inline_file of options.c).
//! `redirect-gateway` takes version 4 of IP, unless `!ipv4` is said, and version 6 where `ipv6` is; `block-ipv6` lets none of that pass
//! beside. A server pushes more where the profile pulls (`client`, `pull`) and does not refuse it (`route-nopull`, `route-noexec`, `pull-filter`).
//! A `route` by way of `net_gateway` leads beside the tunnel, whatever else is said. `config` takes in another file, which is not followed.

/// What a profile says of the traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Traffic {
    /// All goes through the tunnel.
    All,
    /// Some goes beside it.
    Some,
    /// The server decides, or nothing is said.
    OfServer,
    /// It is the end that others connect to.
    Server,
}

/// The most directives that are looked at.
const LINES_MAX: usize = 10_000;

/// How names of profiles end.
const ENDING: &str = ".ovpn";
/// Directives that decide, whatever they are told.
const DECIDING: [&str; 9] =
    ["client", "pull", "server", "server-bridge", "block-ipv6", "route-nopull", "route-noexec", "remote", INCLUDES];
/// What takes in another file.
const INCLUDES: &str = "config";
/// A route that leads beside the tunnel.
const BESIDE: &str = "route 0.0.0.0 0.0.0.0 net_gateway";
/// Words of those that are told something which decides.
const WORDS: [&str; 3] = ["server", "!ipv4", "ipv6"];

/// The directives of a profile with their words, outside of files that stand in it.
pub fn directives(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = Vec::new();
    let mut until: Option<String> = None;
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        if number >= LINES_MAX {
            // What follows may say anything, as another file may.
            found.push(vec![INCLUDES.to_owned()]);
            break;
        }
        let line = line.trim_start();
        if let Some(end) = &until {
            if line.starts_with(end.as_str()) {
                until = None;
            }
            continue;
        }
        if let Some(name) = line.strip_prefix('<').and_then(|rest| rest.split_once('>')).map(|(name, _)| name) {
            until = Some(format!("</{name}>"));
            continue;
        }
        let mut words = words(line);
        if let Some(first) = words.first_mut() {
            // As on a command line it may stand with two dashes.
            if let Some(bare) = first.strip_prefix("--").filter(|bare| !bare.is_empty()) {
                *first = bare.to_owned();
            }
            found.push(words);
        }
    }
    found
}

/// What a profile says.
pub fn traffic(bytes: &[u8]) -> Traffic {
    let directives = directives(bytes);
    let is = |name: &str| directives.iter().any(|words| words.first().is_some_and(|word| word == name));
    let with = |name: &str, word: &str| {
        let is_one = |words: &Vec<String>| words.first().is_some_and(|first| first == name);
        directives.iter().any(|words| is_one(words) && words.iter().skip(1).any(|own| own == word))
    };
    if is("server") || is("server-bridge") || with("mode", "server") {
        return Traffic::Server;
    }
    let redirects = is("redirect-gateway");
    let version_4 = redirects && !with("redirect-gateway", "!ipv4");
    let version_6 = with("redirect-gateway", "ipv6") || is("block-ipv6");
    let beside = directives.iter().any(|words| leads_beside(words));
    if version_4 && version_6 && !is("route-noexec") && !beside {
        return if is(INCLUDES) { Traffic::OfServer } else { Traffic::All };
    }
    let pulls = is("client") || is("pull");
    let is_filter = |words: &&Vec<String>| words.first().is_some_and(|word| word == "pull-filter");
    let filtered = directives.iter().filter(is_filter).any(|words| refuses_all(words));
    let refuses = is("route-nopull") || is("route-noexec") || filtered;
    // A file without another end is no profile that connects as it stands.
    let is_unclear = !pulls && (!is("remote") || is(INCLUDES));
    if refuses || beside || !pulls && !is_unclear { Traffic::Some } else { Traffic::OfServer }
}

/// The name of a file is that of a profile.
pub fn is_profile(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(ENDING)
}

/// What is called by the name of a file.
pub fn title(name: &str) -> &str {
    name.len().checked_sub(ENDING.len()).and_then(|end| name.get(..end)).filter(|_| is_profile(name)).unwrap_or(name)
}

/// The lines that decide, without anything else that they say: for a recording.
pub fn deciding(bytes: &[u8]) -> String {
    let mut written = String::new();
    for words in directives(bytes) {
        let Some((first, others)) = words.split_first() else { continue };
        match first.as_str() {
            "pull-filter" if refuses_all(&words) => written.push_str("pull-filter ignore redirect-gateway\n"),
            "route" | "route-ipv6" if leads_beside(&words) => written.extend([BESIDE, "\n"]),
            "mode" | "redirect-gateway" => {
                let kept = others.iter().filter(|word| WORDS.contains(&word.as_str()));
                written.extend([first].into_iter().chain(kept).map(|word| format!("{word} ")));
                written.push('\n');
            }
            other if DECIDING.contains(&other) => written.extend([other, "\n"]),
            _ => {}
        }
    }
    written
}

/// A filter that does not let the server send all traffic through.
fn refuses_all(words: &[String]) -> bool {
    match words {
        [_, how, text, ..] => how != "accept" && "redirect-gateway".starts_with(text.trim_end()),
        _ => false,
    }
}

/// A route of a network by way of the gateway that was there before the tunnel. That of one address may be the server's own.
fn leads_beside(words: &[String]) -> bool {
    let is_other = |gateway: &str| gateway.starts_with("net_gateway");
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["route", _, mask, gateway, ..] => is_other(gateway) && !matches!(*mask, "255.255.255.255" | "default"),
        ["route-ipv6", network, gateway, ..] => {
            is_other(gateway) && network.split_once('/').is_some_and(|(_, length)| length != "128")
        }
        _ => false,
    }
}

/// The words of a line, without a comment.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word): (Vec<String>, Option<String>) = (Vec::new(), None);
    let mut quote: Option<char> = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(letters.next()),
            (None, '\'' | '"') if word.is_none() => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, '#' | ';') if word.is_none() => break,
            (None, blank) if blank.is_whitespace() => words.extend(word.take()),
            (_, other) => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_through_the_tunnel() {
        let of = |text: &str| traffic(text.as_bytes());
        assert_eq!(of("client\nremote vpn.example.jp 1194\n"), Traffic::OfServer);
        assert_eq!(of("client\nredirect-gateway def1\n"), Traffic::OfServer, "version 6 of IP is not said");
        assert_eq!(of("client\nredirect-gateway def1 ipv6\n"), Traffic::All);
        assert_eq!(of("\u{feff}client\r\n--redirect-gateway autolocal\r\nblock-ipv6\r\n"), Traffic::All);
        assert_eq!(of("client\n'redirect-gateway' \"ipv6\"\n"), Traffic::All);
        assert_eq!(of("client\nredirect-gateway ipv6 !ipv4\n"), Traffic::OfServer);
        assert_eq!(of("client\nredirect-gateway def1 ipv6\nroute-noexec\n"), Traffic::Some);
        assert_eq!(of("client\nredirect-gateway def1\nroute-nopull\n"), Traffic::Some);
        assert_eq!(of("client\nroute-nopull\nroute 192.0.2.0 255.255.255.0\n"), Traffic::Some);
        assert_eq!(of("pull\npull-filter ignore \"redirect-gateway\"\n"), Traffic::Some);
        assert_eq!(of("pull\npull-filter reject redirect\n"), Traffic::Some);
        assert_eq!(of("pull\npull-filter accept redirect\npull-filter ignore route\n"), Traffic::OfServer);
        assert_eq!(of("# client\n;pull\nremote a\nsecret a.key\n"), Traffic::Some);
        assert_eq!(of("server 192.0.2.0 255.255.255.0\n"), Traffic::Server);
        assert_eq!(of("mode server\ntls-server\n"), Traffic::Server);
        assert_eq!((of(""), of("verb 3\n")), (Traffic::OfServer, Traffic::OfServer));
    }

    #[test]
    fn what_leads_beside_and_what_is_not_seen_is_not_all() {
        let of = |more: &str| {
            let text = format!("client\nredirect-gateway def1 ipv6\n{more}\n");
            assert_eq!(traffic(deciding(text.as_bytes()).as_bytes()), traffic(text.as_bytes()), "{more}");
            traffic(text.as_bytes())
        };
        assert_eq!(of("route 198.51.100.0 255.255.255.0 net_gateway"), Traffic::Some);
        assert_eq!(of("route 0.0.0.0 128.0.0.0 net_gateway 5"), Traffic::Some);
        assert_eq!(of("route-ipv6 2001:db8::/32 net_gateway_ipv6"), Traffic::Some);
        for inside in [
            "route 198.51.100.0 255.255.255.0",
            "route 198.51.100.0 255.255.255.0 vpn_gateway",
            "route vpn.example.jp 255.255.255.255 net_gateway",
            "route-ipv6 2001:db8::1/128 net_gateway",
            "route-ipv6 2001:db8::/32",
        ] {
            assert_eq!(of(inside), Traffic::All, "{inside}");
        }
        assert_eq!(of("config more.conf"), Traffic::OfServer);
        assert_eq!(of(&format!("{}route-nopull", "\n".repeat(LINES_MAX))), Traffic::OfServer);
        assert_eq!(traffic(b"remote a\nsecret a.key\nconfig more.conf\n"), Traffic::OfServer);
    }

    #[test]
    fn files_that_stand_in_a_profile_are_no_directives() {
        let text = "client\n<connection>\nremote a\n</connection>\n <ca>\nredirect-gateway ipv6\nserver\n</ca> \nverb 3 # more\n<key>\npull";
        assert_eq!(directives(text.as_bytes()), [vec!["client"], vec!["verb", "3"]]);
        assert_eq!(words("a  'b c' \"d \\\" e\" f\\ g h#i ;j"), ["a", "b c", "d \" e", "f g", "h#i"]);
        assert_eq!(words("'open"), ["open"]);
        assert_eq!(words(" # none"), [""; 0]);
        assert_eq!((title("office.ovpn"), title("Office.OVPN"), title("office")), ("office", "Office", "office"));
        assert_eq!((is_profile("a.ovpn"), is_profile("a.ovpn.txt")), (true, false));
    }
}
