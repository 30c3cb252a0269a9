//! Hosts: who they are, how far their reports have come, how they are.

use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use tenken_model::digest::Digest;
use tenken_model::fact::system::{System, SystemKind};
use tenken_model::report::Heartbeat;
use tenken_model::{HostId, Instant, NameCase, Span};

use super::value::{Columns, json, millis, number};
use super::{StoreError, Transaction};
use crate::registers::OnHost;

/// A host that was enrolled.
#[derive(Debug, Clone, PartialEq)]
pub struct Host {
    /// Its id.
    pub id: HostId,
    /// Its name, as people and registers call it.
    pub name: String,
    /// When it was enrolled.
    pub enrolled_at: Instant,
    /// When it was revoked; it may not report any more.
    pub revoked_at: Option<Instant>,
    /// SHA-256 of its certificate in DER.
    pub certificate: Digest,
    /// The end of that certificate.
    pub certificate_until: Instant,
    /// The certificate before it, good until the new one is first used.
    pub certificate_before: Option<Digest>,
    /// The epoch its transitions are counted in; 0 before the first report.
    pub epoch: u64,
    /// All transitions of the epoch up to this number are stored.
    pub acknowledged: u64,
    /// The digest of its findings as stored.
    pub state_digest: Digest,
    /// When its last report was taken.
    pub last_seen: Option<Instant>,
    /// How long it was awake since its first report, as far as its reports tell.
    pub awake: Span,
    /// What that report said of the agent.
    pub heartbeat: Option<Heartbeat>,
    /// The last report that was refused, if none was taken since.
    pub refused: Option<LastRefusal>,
    /// It keeps an older policy than it should have, because the one it should have cannot be sent.
    pub policy_held: Option<HeldPolicy>,
}

/// What of a host tells whether it reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostInBrief {
    /// Its id.
    pub id: HostId,
    /// Its name.
    pub name: String,
    /// What it is, as it last said.
    pub kind: Option<SystemKind>,
    /// When it was enrolled.
    pub enrolled_at: Instant,
    /// When its last report was taken.
    pub last_seen: Option<Instant>,
}

impl Host {
    /// What it is, as it last said.
    pub fn kind(&self) -> Option<SystemKind> {
        self.heartbeat.as_ref().and_then(kind)
    }

    /// Its machine and operating system, as it last said.
    pub fn system(&self) -> Option<&System> {
        self.heartbeat.as_ref().and_then(|heartbeat| heartbeat.system.measured())
    }

    /// Its name, with how its system compares names of accounts. Of one that did not say what it is, case matters.
    pub fn on_host(&self) -> OnHost<'_> {
        let accounts = self.system().map_or(NameCase::Matters, |system| NameCase::of(system.family));
        OnHost { name: &self.name, accounts }
    }

    /// What of it tells whether it reports.
    pub fn in_brief(&self) -> HostInBrief {
        HostInBrief {
            id: self.id.clone(),
            name: self.name.clone(),
            kind: self.kind(),
            enrolled_at: self.enrolled_at,
            last_seen: self.last_seen,
        }
    }
}

/// What a host said that it is.
fn kind(heartbeat: &Heartbeat) -> Option<SystemKind> {
    heartbeat.system.measured().map(|system| system.kind)
}

/// A policy that is larger than agents read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldPolicy {
    /// The digest of what it says, without version and date.
    pub content: Digest,
    /// How large it is.
    pub bytes: u64,
}

/// A report that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRefusal {
    /// When.
    pub at: Instant,
    /// The stable word.
    pub code: String,
    /// Why and what to do.
    pub message: String,
}

/// A host to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHost {
    /// Its id, never used before.
    pub id: HostId,
    /// Its name.
    pub name: String,
    /// Now.
    pub enrolled_at: Instant,
    /// SHA-256 of its certificate in DER.
    pub certificate: Digest,
    /// The end of that certificate.
    pub certificate_until: Instant,
}

const HOSTS: &str = "SELECT id, name, enrolled_at, revoked_at, certificate, certificate_until, certificate_before, \
    epoch, acknowledged, state_digest, last_seen, awake, heartbeat, refused, policy_held FROM hosts ORDER BY name, id";
const HOST: &str = "SELECT id, name, enrolled_at, revoked_at, certificate, certificate_until, certificate_before, \
    epoch, acknowledged, state_digest, last_seen, awake, heartbeat, refused, policy_held FROM hosts WHERE id = $1";

const REVOKED: &str = "SELECT id, name, enrolled_at, revoked_at, certificate, certificate_until, certificate_before, \
    epoch, acknowledged, state_digest, last_seen, awake, heartbeat, refused, policy_held FROM hosts \
    WHERE revoked_at IS NOT NULL ORDER BY revoked_at DESC, id LIMIT $1 OFFSET $2";

/// A list that is empty is written in one way alone, and quotes in texts are written otherwise.
const BEHIND: &str = "SELECT id, name, enrolled_at, revoked_at, certificate, certificate_until, certificate_before, \
    epoch, acknowledged, state_digest, last_seen, awake, heartbeat, refused, policy_held FROM hosts \
    WHERE revoked_at IS NULL AND heartbeat IS NOT NULL AND heartbeat NOT LIKE '%\"rules_unread\":[]%' ORDER BY name, id";

fn names(rows: Vec<AnyRow>) -> Result<Vec<(HostId, String)>, StoreError> {
    let name = |row: AnyRow| Ok((Columns::of(&row).parsed("id")?, Columns::of(&row).text("name")?));
    rows.into_iter().map(name).collect()
}

fn host(row: &AnyRow) -> Result<Host, StoreError> {
    let columns = Columns::of(row);
    Ok(Host {
        id: columns.parsed("id")?,
        name: columns.text("name")?,
        enrolled_at: columns.instant("enrolled_at")?,
        revoked_at: columns.maybe_instant("revoked_at")?,
        certificate: columns.parsed("certificate")?,
        certificate_until: columns.instant("certificate_until")?,
        certificate_before: columns.maybe_parsed("certificate_before")?,
        epoch: columns.count("epoch")?,
        acknowledged: columns.count("acknowledged")?,
        state_digest: columns.parsed("state_digest")?,
        last_seen: columns.maybe_instant("last_seen")?,
        awake: columns.span("awake")?,
        heartbeat: columns.maybe_json("heartbeat")?,
        refused: columns.maybe_json("refused")?,
        policy_held: columns.maybe_json("policy_held")?,
    })
}

impl Transaction {
    /// When the first host was enrolled, whatever became of it; absent while there was none.
    pub async fn first_host(&mut self) -> Result<Option<Instant>, StoreError> {
        let row = sqlx::query("SELECT MIN(enrolled_at) AS first FROM hosts").fetch_one(self.connection()).await?;
        Columns::of(&row).maybe_instant("first")
    }

    /// Every host, also revoked ones, by name.
    pub async fn hosts(&mut self) -> Result<Vec<Host>, StoreError> {
        sqlx::query(HOSTS).fetch_all(self.connection()).await?.iter().map(host).collect()
    }

    /// The hosts that are not revoked and whose agents do not say that they read every rule of their policy, by name: few.
    pub async fn hosts_behind(&mut self) -> Result<Vec<Host>, StoreError> {
        sqlx::query(BEHIND).fetch_all(self.connection()).await?.iter().map(host).collect()
    }

    /// What tells of each host that is not revoked whether it reports, by name.
    pub async fn hosts_in_brief(&mut self) -> Result<Vec<HostInBrief>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, name, kind, enrolled_at, last_seen FROM hosts WHERE revoked_at IS NULL ORDER BY name, id",
        )
        .fetch_all(self.connection())
        .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok(HostInBrief {
                    id: columns.parsed("id")?,
                    name: columns.text("name")?,
                    kind: columns.maybe_text("kind")?.as_deref().and_then(SystemKind::from_word),
                    enrolled_at: columns.instant("enrolled_at")?,
                    last_seen: columns.maybe_instant("last_seen")?,
                })
            })
            .collect()
    }

    /// The host that was enrolled before all others that are not revoked.
    pub async fn eldest_host(&mut self) -> Result<Option<HostId>, StoreError> {
        let row = sqlx::query("SELECT id FROM hosts WHERE revoked_at IS NULL ORDER BY enrolled_at, id LIMIT 1")
            .fetch_optional(self.connection())
            .await?;
        row.as_ref().map(|row| Columns::of(row).parsed("id")).transpose()
    }

    /// A host that is not revoked was enrolled before all others that are not. Of most hosts that is told at once, by the
    /// first elder one that is met.
    pub async fn is_eldest_host(&mut self, host: &Host) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "SELECT id FROM hosts WHERE revoked_at IS NULL AND (enrolled_at < $1 OR (enrolled_at = $1 AND id < $2)) LIMIT 1",
        )
        .bind(millis(host.enrolled_at))
        .bind(host.id.as_str())
        .fetch_optional(self.connection())
        .await?;
        Ok(row.is_none())
    }

    /// Every host's name, also of revoked ones.
    pub async fn all_host_names(&mut self) -> Result<Vec<(HostId, String)>, StoreError> {
        names(sqlx::query("SELECT id, name FROM hosts ORDER BY name, id").fetch_all(self.connection()).await?)
    }

    /// Revoked hosts, the last first; so many after the first so many.
    pub async fn revoked_hosts(&mut self, skipped: u32, limit: u32) -> Result<Vec<Host>, StoreError> {
        let rows = sqlx::query(REVOKED).bind(i64::from(limit)).bind(i64::from(skipped)).fetch_all(self.connection());
        rows.await?.iter().map(host).collect()
    }

    /// How many hosts were revoked.
    pub async fn revoked_count(&mut self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(revoked_at) AS hosts FROM hosts").fetch_one(self.connection()).await?;
        Columns::of(&row).count("hosts")
    }

    /// The versions that agents of hosts that are not revoked report, with how many hosts run each; absent is that of hosts
    /// that have not reported.
    pub async fn agents_by_version(&mut self) -> Result<Vec<(Option<String>, u64)>, StoreError> {
        let rows = sqlx::query(
            "SELECT agent_version, COUNT(*) AS hosts FROM hosts WHERE revoked_at IS NULL GROUP BY agent_version \
             ORDER BY hosts DESC, agent_version",
        )
        .fetch_all(self.connection())
        .await?;
        let counted =
            |row: &AnyRow| Ok((Columns::of(row).maybe_text("agent_version")?, Columns::of(row).count("hosts")?));
        rows.iter().map(counted).collect()
    }

    /// Hosts that are not revoked and whose agents report that version, or none, by name.
    pub async fn hosts_of_version(
        &mut self,
        version: Option<&str>,
        limit: u32,
    ) -> Result<Vec<(HostId, String)>, StoreError> {
        let query = sqlx::query(
            "SELECT id, name FROM hosts WHERE revoked_at IS NULL AND (agent_version = $1 \
             OR ($1 IS NULL AND agent_version IS NULL)) ORDER BY name, id LIMIT $2",
        );
        names(query.bind(version.map(str::to_owned)).bind(i64::from(limit)).fetch_all(self.connection()).await?)
    }

    /// The hosts that are not revoked, by name.
    pub async fn host_names(&mut self) -> Result<Vec<(HostId, String)>, StoreError> {
        let query = sqlx::query("SELECT id, name FROM hosts WHERE revoked_at IS NULL ORDER BY name, id");
        names(query.fetch_all(self.connection()).await?)
    }

    /// The host of that id.
    pub async fn host(&mut self, id: &HostId) -> Result<Option<Host>, StoreError> {
        let row = sqlx::query(HOST).bind(id.as_str()).fetch_optional(self.connection()).await?;
        row.as_ref().map(host).transpose()
    }

    /// Adds a host.
    pub async fn add_host(&mut self, new: &NewHost) -> Result<(), StoreError> {
        let nothing = tenken_model::finding::state_digest([]);
        sqlx::query(
            "INSERT INTO hosts (id, name, enrolled_at, certificate, certificate_until, epoch, acknowledged, state_digest, \
             awake) VALUES ($1, $2, $3, $4, $5, 0, 0, $6, 0)",
        )
        .bind(new.id.as_str())
        .bind(new.name.as_str())
        .bind(millis(new.enrolled_at))
        .bind(new.certificate.to_string())
        .bind(millis(new.certificate_until))
        .bind(nothing.to_string())
        .execute(self.connection())
        .await
        .map_err(|error| StoreError::taken(error, "the host"))?;
        self.touch();
        Ok(())
    }

    /// Gives a host another name. Registers name hosts, so its policy may change with it.
    pub async fn rename_host(&mut self, id: &HostId, name: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE hosts SET name = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(name)
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// Revokes a host; false if there is none that is not revoked.
    pub async fn revoke_host(&mut self, id: &HostId, now: Instant) -> Result<bool, StoreError> {
        let done = sqlx::query("UPDATE hosts SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
            .bind(id.as_str())
            .bind(millis(now))
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(done.rows_affected() > 0)
    }

    /// A new certificate was made for a host over the one it used; that stays good until the new one
    /// is first used, so that an answer which was lost locks nobody out.
    pub async fn renew_certificate(
        &mut self,
        id: &HostId,
        used: &Digest,
        made: &Digest,
        until: Instant,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE hosts SET certificate = $2, certificate_until = $3, certificate_before = $4 WHERE id = $1")
            .bind(id.as_str())
            .bind(made.to_string())
            .bind(millis(until))
            .bind(used.to_string())
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// The newest certificate is in use; the one before it no longer counts.
    pub async fn settle_certificate(&mut self, id: &HostId) -> Result<(), StoreError> {
        sqlx::query("UPDATE hosts SET certificate_before = NULL WHERE id = $1")
            .bind(id.as_str())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// A host uses a certificate that is newer than the one that is known: from now on it is the one that counts.
    pub async fn adopt_certificate(&mut self, id: &HostId, used: &Digest, until: Instant) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE hosts SET certificate = $2, certificate_until = $3, certificate_before = NULL \
             WHERE id = $1 AND certificate_until < $3",
        )
        .bind(id.as_str())
        .bind(used.to_string())
        .bind(millis(until))
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(())
    }

    /// How far a host's reports have come.
    pub async fn set_progress(
        &mut self,
        id: &HostId,
        epoch: u64,
        acknowledged: u64,
        state: &Digest,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE hosts SET epoch = $2, acknowledged = $3, state_digest = $4 WHERE id = $1")
            .bind(id.as_str())
            .bind(number(epoch, "the epoch")?)
            .bind(number(acknowledged, "the number of a transition")?)
            .bind(state.to_string())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// A report was taken, with which the host's awake time is `awake`. `shows` says whether pages show anything new by it but its time.
    pub async fn hear(
        &mut self,
        id: &HostId,
        now: Instant,
        heartbeat: &Heartbeat,
        awake: Span,
        shows: bool,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE hosts SET last_seen = $2, heartbeat = $3, awake = $4, kind = $5, agent_version = $6, refused_at = NULL, \
             refused = NULL WHERE id = $1",
        )
        .bind(id.as_str())
        .bind(millis(now))
        .bind(json(heartbeat, "a heartbeat")?)
        .bind(awake.millis())
        .bind(kind(heartbeat).map(SystemKind::word))
        .bind(heartbeat.agent_version.as_str())
        .execute(self.connection())
        .await?;
        if shows {
            self.touch();
        }
        Ok(())
    }

    /// A report was refused.
    pub async fn refuse(&mut self, id: &HostId, refusal: &LastRefusal) -> Result<(), StoreError> {
        sqlx::query("UPDATE hosts SET refused_at = $2, refused = $3 WHERE id = $1")
            .bind(id.as_str())
            .bind(millis(refusal.at))
            .bind(json(refusal, "a refusal")?)
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }
}
