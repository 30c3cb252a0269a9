//! Versions of the agent, as it reports them and as packages are named.

use std::cmp::Ordering;
use std::fmt;

/// A version: three numbers, and what comes before a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentVersion {
    numbers: [u32; 3],
    /// `rc.1`; absent of a release.
    before: Option<String>,
}

impl AgentVersion {
    /// The version that an agent reports; absent if it is none that can be compared.
    pub fn read(text: &str) -> Option<Self> {
        let (numbers, rest) = numbers(text)?;
        match rest.strip_prefix('-') {
            None if rest.is_empty() => Some(Self { numbers, before: None }),
            Some(before) if is_before(before) => Some(Self { numbers, before: Some(before.to_owned()) }),
            _ => None,
        }
    }

    /// The version in the name of a package: `tenken-agent_0.2.0~rc.1-1_amd64.deb`.
    pub fn of_package(name: &str) -> Option<Self> {
        let rest = name.strip_prefix(super::AGENT)?.strip_prefix(['-', '_'])?;
        let (numbers, rest) = numbers(rest)?;
        // After the version come a revision, an architecture or the ending.
        let before = rest.strip_prefix(['~', '-']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
        let word = |text: &str| {
            let end = text.find(['-', '_']).unwrap_or(text.len());
            text.get(..end).unwrap_or_default().to_owned()
        };
        let before =
            before.map(word).filter(|word| ["alpha", "beta", "rc", "pre"].iter().any(|known| word.starts_with(known)));
        Some(Self { numbers, before })
    }
}

fn is_before(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
}

/// Three numbers with dots between them, and what follows.
fn numbers(text: &str) -> Option<([u32; 3], &str)> {
    let mut numbers = [0; 3];
    let mut rest = text;
    for (place, number) in numbers.iter_mut().enumerate() {
        if place > 0 {
            rest = rest.strip_prefix('.')?;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, after) = rest.split_at_checked(end)?;
        *number = digits.parse().ok()?;
        rest = after;
    }
    Some((numbers, rest))
}

impl PartialOrd for AgentVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for AgentVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        let before = match (&self.before, &other.before) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(one), Some(two)) => parts(one).cmp(&parts(two)),
        };
        self.numbers.cmp(&other.numbers).then(before)
    }
}

/// What comes before a release, in the order of its parts: numbers before words, by their value.
fn parts(before: &str) -> Vec<(bool, u64, &str)> {
    let part = |text: &'_ str| text.parse::<u64>().map_or((true, 0), |number| (false, number));
    before
        .split('.')
        .map(|text| {
            let (is_word, number) = part(text);
            (is_word, number, if is_word { text } else { "" })
        })
        .collect()
}

impl fmt::Display for AgentVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        self.before.as_ref().map_or(Ok(()), |before| write!(f, "-{before}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_packages_tell_the_version() {
        for (name, version) in [
            ("tenken-agent_0.2.0_amd64.deb", "0.2.0"),
            ("tenken-agent_0.2.0-1_amd64.deb", "0.2.0"),
            ("tenken-agent_0.2.0~rc.1-1_amd64.deb", "0.2.0-rc.1"),
            ("tenken-agent-0.2.0-1.x86_64.rpm", "0.2.0"),
            ("tenken-agent-0.2.0-x86_64-linux.tar.gz", "0.2.0"),
            ("tenken-agent-0.2.0.msi", "0.2.0"),
            ("tenken-agent-10.0.3-rc.2_x.tar.xz", "10.0.3-rc.2"),
        ] {
            assert_eq!(
                AgentVersion::of_package(name).map(|found| found.to_string()).as_deref(),
                Some(version),
                "{name}"
            );
        }
        for none in
            ["tenken-agent.msi", "tenken-agent-latest.msi", "tenken-agent-1.2.deb", "tenken-agent-99999999999.0.0.msi"]
        {
            assert_eq!(AgentVersion::of_package(none), None, "{none}");
        }
    }

    #[test]
    fn versions_are_compared_by_number_and_releases_come_last() {
        let sorted = ["0.1.0", "0.9.0-alpha", "0.9.0-rc.2", "0.9.0-rc.10", "0.9.0", "0.10.0", "1.0.0"];
        let read: Vec<AgentVersion> = sorted.iter().map(|text| AgentVersion::read(text).unwrap()).collect();
        assert!(read.is_sorted_by(|one, two| one < two), "{read:?}");
        for none in ["", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.3+dirty", "1.2.3-", "1.2.x"] {
            assert_eq!(AgentVersion::read(none), None, "{none}");
        }
    }
}
