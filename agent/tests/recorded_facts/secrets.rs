//! What must be left nowhere, and looking for it.

use super::everything;
use tenken_agent::host::{Recording, scrub};

/// Names and numbers of people, of machines and of places that a host may hold anywhere.
pub(super) struct Secrets {
    pub(super) account: String,
    pub(super) alias: String,
    pub(super) person: String,
    pub(super) telephone: String,
    pub(super) mail: String,
    pub(super) host: String,
    pub(super) device: String,
    pub(super) mac: String,
    pub(super) file: String,
    pub(super) password: String,
}

impl Secrets {
    /// Of six letters, four digits and the parts of a hardware address.
    pub(super) fn new(seed: &str, number: &str, low: &str) -> Self {
        Self {
            account: format!("ac{seed}"),
            alias: format!("AL{}", seed.to_ascii_uppercase()),
            person: format!("Pe{seed}"),
            telephone: format!("090-1111-{number}"),
            mail: format!("ma{seed}@clinic.example"),
            host: format!("ho{seed}.clinic.example"),
            device: format!("iPhone-of-De{seed}"),
            mac: format!("00:22:58:{}:{}:7{}", &low[..2], &low[1..], &low[..1]),
            file: format!("file{seed}"),
            password: format!("pw{seed}{number}"),
        }
    }

    fn all(&self) -> [&str; 10] {
        let Self { account, alias, person, telephone, mail, host, device, mac, file, password } = self;
        [account, alias, person, telephone, mail, host, device, mac, file, password].map(String::as_str)
    }

    /// A line of comment with all of them.
    pub(super) fn note(&self) -> String {
        format!("# {}\n", self.all().join(" "))
    }

    /// No secret is in what was written, as it is or in base64, whatever the case of its letters.
    pub(super) fn assert_gone(&self, recording: &Recording) {
        let (before, text) = (recording.to_json().unwrap(), scrub(recording).to_json().unwrap());
        let hidden = |text: &str| {
            let hidden = String::from_utf8_lossy(&everything(text)).to_ascii_lowercase();
            hidden + &text.to_ascii_lowercase()
        };
        let (before, after) = (hidden(&before), hidden(&text));
        for secret in self.all().map(str::to_ascii_lowercase) {
            assert!(before.contains(&secret), "{secret} is read");
            let at = after.find(&secret);
            let around = at.and_then(|at| after.get(at.saturating_sub(40)..(at + 40).min(after.len())));
            assert!(at.is_none(), "{secret} is left: {around:?}");
        }
    }
}
