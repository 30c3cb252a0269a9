//! Tunnels by IPsec: one server has one to the insurer, another to the branch. Other machines have none.

use tenken_model::fact::ipsec::{Ipsec, IpsecAuthentication, IpsecConnection, IpsecProgram, IpsecService, IpsecStart};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, ReasonCode, Topic};

use super::super::fleet::{BACKUP_SERVER, CHECKUP_SERVER};
use super::super::story::Trouble;
use super::Reading;

/// Names of the connections.
const INSURER: &str = "kenpo";
const BRANCH: &str = "higashi-shisho";

impl Reading<'_> {
    /// Its tunnels.
    pub(super) fn ipsec(&self) -> Outcome<Ipsec> {
        let connection = if self.machine.name.starts_with(CHECKUP_SERVER) {
            connection(INSURER, false)
        } else if self.machine.name.starts_with(BACKUP_SERVER) {
            connection(BRANCH, self.has(Trouble::TunnelWeakened))
        } else {
            return Outcome::Absent(Language::English.absent(Topic::Ipsec));
        };
        let yes = Read::Measured(true);
        let service = IpsecService { program: IpsecProgram::Swanctl, enabled: yes.clone(), running: yes.clone() };
        Outcome::Known(Ipsec {
            services: vec![service],
            connections: vec![connection],
            left_out: 0,
            complete: yes,
            split: Read::not_read(
                ReasonCode::Unsupported,
                "see what goes beside tunnels: not of Linux by this version",
            ),
            unjudged: None,
        })
    }
}

fn connection(name: &str, weak: bool) -> IpsecConnection {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let (ike, esp): (&[&str], &[&str]) = if weak {
        (
            &["aes256", "prfsha256", "sha256", "modp2048", "3des", "prfsha1", "sha1", "modp1024"],
            &["aes256gcm16", "3des", "sha1"],
        )
    } else {
        (&["aes256gcm16", "prfsha384", "ecp384"], &["aes256gcm16"])
    };
    IpsecConnection {
        name: name.to_owned(),
        program: IpsecProgram::Swanctl,
        origin: "/etc/swanctl/swanctl.conf".to_owned(),
        start: IpsecStart::AtBoot,
        ikev1: weak,
        aggressive: false,
        ike: words(ike),
        esp: words(esp),
        unknown: Vec::new(),
        local: vec![IpsecAuthentication::PublicKey],
        remote: vec![IpsecAuthentication::PublicKey],
    }
}
