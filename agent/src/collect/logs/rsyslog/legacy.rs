//! Filters and actions in the form of syslog.conf, and property filters.

use super::property::{Comparison, compared};
use super::share::Shares;
use super::{Encryption, Target};

/// An action as lines of selectors have it.
pub(super) fn action(action: &str) -> Option<Target> {
    let end = |text: &str| text.find(|sign: char| sign.is_whitespace() || sign == ';').unwrap_or(text.len());
    if action.starts_with('~') {
        return Some(Target::Discard(Vec::new()));
    }
    if let Some(sent) = action.strip_prefix('@') {
        let (to, encryption) = sent.strip_prefix('@').map_or((sent, Encryption::No), |to| (to, Encryption::AsBefore));
        let to = to.strip_prefix('(').and_then(|options| options.split_once(')')).map_or(to, |(_, to)| to);
        let to = to.get(..end(to)).unwrap_or_default();
        let host = match to.strip_prefix('[') {
            Some(address) => address.split(']').next().unwrap_or_default(),
            None => to.split(':').next().unwrap_or_default(),
        };
        return (!host.is_empty()).then(|| Target::Host { host: host.to_owned(), encryption });
    }
    let place = action.strip_prefix('-').unwrap_or(action);
    if let Some(name) = place.strip_prefix('?') {
        return Some(Target::ByTemplate(name.get(..end(name)).unwrap_or_default().to_owned()));
    }
    place.starts_with('/').then(|| Target::File(place.get(..end(place)).unwrap_or_default().to_owned()))
}

/// Where the filter of a line ends: behind its value in quotes.
pub(super) fn end_of_property_filter(line: &str) -> Option<usize> {
    let begin = line.find('"')? + 1;
    let mut is_escaped = false;
    for (at, sign) in line.get(begin..)?.char_indices() {
        match sign {
            '"' if !is_escaped => return Some(begin + at + 1),
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    None
}

/// For which messages on sign-ins `:msg, !contains, "sshd"` holds.
pub(super) fn property_filter(filter: &str) -> Shares {
    let mut parts = filter.trim_start_matches(':').splitn(3, ',').map(str::trim);
    let (Some(property), Some(operation), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
        return Shares::SOME;
    };
    let (is_not, operation) = operation.strip_prefix('!').map_or((false, operation), |operation| (true, operation));
    let value = value.trim_matches('"').replace("\\\"", "\"");
    let (comparison, any_case) = match operation.to_ascii_lowercase().as_str() {
        "isequal" => (Comparison::Equal, false),
        "contains" => (Comparison::Contains, false),
        "contains_i" => (Comparison::Contains, true),
        "startswith" => (Comparison::StartsWith, false),
        "startswith_i" => (Comparison::StartsWith, true),
        _ => return Shares::SOME,
    };
    let shares = compared(property, comparison, any_case, &[value]);
    if is_not { shares.others() } else { shares }
}

/// Whom the lines of a block by program (`!sshd`) or by host (`+host`) are for.
pub(super) fn block(name: &str) -> Shares {
    match name.split_at(name.len().min(1)) {
        (_, "*") => Shares::ALL,
        ("!", names) => match names.strip_prefix('-') {
            Some(names) => programs(names).others(),
            None => programs(names.trim_start_matches('+')),
        },
        _ => Shares::SOME,
    }
}

fn programs(names: &str) -> Shares {
    let names: Vec<String> = names.split(',').map(str::to_owned).collect();
    compared("programname", Comparison::Equal, false, &names)
}
