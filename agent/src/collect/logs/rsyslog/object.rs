//! Objects of RainerScript: `action(type="omfwd" target="log.example")`.

use super::{Encryption, Input, RsyslogError, Target};

/// The parameters of an object, their names in lower case.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads what stands behind the opening bracket, and what follows the closing one.
    pub(super) fn read(text: &str) -> Result<(Self, &str), RsyslogError> {
        let mut found = Vec::new();
        let mut rest = text;
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix(')') {
                return Ok((Self(found), after));
            }
            if rest.starts_with('#') {
                rest = rest.split_once('\n').ok_or(RsyslogError::Unclosed)?.1;
                continue;
            }
            if let Some(comment) = rest.strip_prefix("/*") {
                rest = comment.split_once("*/").ok_or(RsyslogError::Unclosed)?.1;
                continue;
            }
            if rest.starts_with('"') {
                // A value without a name means nothing that is read.
                rest = quoted(rest)?.1;
                continue;
            }
            let end = rest.find(|sign: char| sign.is_whitespace() || "=()\"#".contains(sign));
            let (name, after) = rest.split_at(end.ok_or(RsyslogError::Unclosed)?);
            let after = after.trim_start();
            let Some(after) = after.strip_prefix('=') else {
                // Signs that are no parameter are passed over, one at least.
                let skip = if name.is_empty() { after.chars().next().map_or(0, char::len_utf8) } else { 0 };
                if name.is_empty() && after.starts_with(')') {
                    rest = after;
                    continue;
                }
                rest = after.get(skip..).unwrap_or_default();
                continue;
            };
            let after = after.trim_start();
            let (value, after) = if after.starts_with('"') {
                quoted(after)?
            } else if let Some(list) = after.strip_prefix('[') {
                let (list, after) = list.split_once(']').ok_or(RsyslogError::Unclosed)?;
                (list.trim().trim_matches('"').to_owned(), after)
            } else {
                let end = after.find(|sign: char| sign.is_whitespace() || sign == ')').ok_or(RsyslogError::Unclosed)?;
                let (value, after) = after.split_at(end);
                (value.to_owned(), after)
            };
            found.push((name.to_ascii_lowercase(), value));
            rest = after;
        }
    }

    /// The value of a parameter; of several the last.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// What an action with these parameters does; nothing that is read for other kinds.
    pub(super) fn target(&self) -> Option<Target> {
        match self.get("type")?.to_ascii_lowercase().as_str() {
            "omfile" => match self.get("dynafile") {
                Some(name) => Some(Target::ByTemplate(name.to_owned())),
                None => Some(Target::File(self.get("file")?.to_owned())),
            },
            "omfwd" => {
                let host = self.get("target")?.to_owned();
                let over_tcp = self.get("protocol").is_some_and(|protocol| protocol.eq_ignore_ascii_case("tcp"));
                let encryption = match (over_tcp, self.get("streamdrivermode"), self.get("streamdriver")) {
                    (true, Some("1"), Some(driver)) if encrypts(driver) => Encryption::Yes,
                    (true, Some("1"), None) => Encryption::ByDriver,
                    _ => Encryption::No,
                };
                Some(Target::Host { host, encryption })
            }
            "omrelp" => {
                let host = self.get("target")?.to_owned();
                let on = self.get("tls").is_some_and(|on| on.eq_ignore_ascii_case("on"));
                Some(Target::Host { host, encryption: if on { Encryption::Yes } else { Encryption::No } })
            }
            _ => None,
        }
    }
}

impl Parameters {
    /// What a module that is loaded, or an input of one, takes from this host.
    pub(super) fn input(&self, object: &str) -> Option<Input> {
        if object == "input" {
            let is_socket = self.get("type")?.eq_ignore_ascii_case("imuxsock");
            return match self.get("socket")? {
                "/run/systemd/journal/syslog" if is_socket => Some(Input::Socket),
                "/dev/log" | "/run/log" | "/var/run/log" if is_socket => Some(Input::OwnSocket),
                // Sockets of what runs in folders of its own.
                _ => None,
            };
        }
        let is_off = |text: &str| ["off", "no", "0", "false"].iter().any(|off| text.eq_ignore_ascii_case(off));
        match Input::of_module(self.get("load")?)? {
            Input::Socket if self.get("syssock.use").is_some_and(is_off) => None,
            Input::Socket if self.get("syssock.name").is_some_and(|name| name != "/run/systemd/journal/syslog") => {
                Some(Input::OwnSocket)
            }
            other => Some(other),
        }
    }
}

/// Whether a driver of connections can encrypt.
pub(super) fn encrypts(driver: &str) -> bool {
    ["gtls", "ossl", "mbedtls"].iter().any(|known| known.eq_ignore_ascii_case(driver))
}

/// A text in quotes, and what follows it.
fn quoted(text: &str) -> Result<(String, &str), RsyslogError> {
    let mut value = String::new();
    let mut signs = text.char_indices().skip(1);
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return Ok((value, text.get(at + 1..).unwrap_or_default())),
            '\\' => value.extend(signs.next().map(|(_, sign)| sign)),
            _ => value.push(sign),
        }
    }
    Err(RsyslogError::Unclosed)
}
