//! Whether the dashboard can do what it is there for.

use std::time::{Duration, Instant as Moment};

use serde::Serialize;
use tenken_model::{Instant, choice};

use crate::app::App;

/// How long the store may take to answer.
const WITHIN: Duration = Duration::from_secs(5);

choice! {
    /// What must work.
    pub enum Part {
        /// The database can be read.
        StoreReadable = "store_readable",
        /// And written.
        StoreWritable = "store_writable",
        /// Every job turns.
        Jobs = "jobs",
        /// The authority is loaded and in force.
        Authority = "authority",
    }
}

/// A part and what is wrong with it, without the name of a person or a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Which.
    pub part: Part,
    /// It works.
    pub works: bool,
    /// What does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// How the dashboard is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// Everything works.
    pub ready: bool,
    /// Each part.
    pub checks: Vec<Checked>,
}

impl Health {
    /// What was found of each part, nothing where it works.
    fn of(found: [(Part, Option<String>); 4]) -> Self {
        let checks = found.map(|(part, problem)| Checked { part, works: problem.is_none(), problem }).to_vec();
        Self { ready: checks.iter().all(|checked| checked.works), checks }
    }
}

/// Looks at every part.
pub async fn look(app: &App, authority_until: Option<Instant>, at: Moment) -> Health {
    let readable = answered("read", async { app.store.read().await?.change_counter().await.map(drop) });
    let writable = answered("written", app.store.try_write());
    let (readable, writable) = tokio::join!(readable, writable);
    Health::of([
        (Part::StoreReadable, readable),
        (Part::StoreWritable, writable),
        (Part::Jobs, jobs(app, at)),
        (Part::Authority, authority(authority_until, (app.now)())),
    ])
}

/// The error itself may name the database's machine and account: it is for the log.
async fn answered(
    act: &'static str,
    asked: impl Future<Output = Result<(), crate::store::StoreError>>,
) -> Option<String> {
    match tokio::time::timeout(WITHIN, asked).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => {
            tracing::error!(%error, act, "the database could not be used");
            Some(format!("the database could not be {act}; the log says why"))
        }
        Err(_) => Some(format!("the database could not be {act} within {} s", WITHIN.as_secs())),
    }
}

fn jobs(app: &App, at: Moment) -> Option<String> {
    let still: Vec<&str> = app.pulse.standing_still(at).into_iter().map(crate::pulse::Job::word).collect();
    (!still.is_empty()).then(|| format!("standing still: {}", still.join(", ")))
}

fn authority(until: Option<Instant>, now: Instant) -> Option<String> {
    match until {
        Some(until) if now < until => None,
        Some(_) => Some("its certificate has ended".to_owned()),
        None => Some("its certificate cannot be read".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_ready_only_if_every_part_works() {
        let well = Health::of([
            (Part::StoreReadable, None),
            (Part::StoreWritable, None),
            (Part::Jobs, None),
            (Part::Authority, None),
        ]);
        assert!(well.ready);
        let ill = Health::of([
            (Part::StoreReadable, None),
            (Part::StoreWritable, Some("x".into())),
            (Part::Jobs, None),
            (Part::Authority, None),
        ]);
        assert_eq!(
            serde_json::to_value(&ill).unwrap()["checks"][1],
            serde_json::json!({"part": "store_writable", "works": false, "problem": "x"})
        );
        assert!(!ill.ready);
    }

    #[test]
    fn an_authority_that_ended_certifies_nobody() {
        let at = |text: &str| text.parse::<Instant>().unwrap();
        let now = at("2026-11-28T00:00:00Z");
        assert_eq!(authority(Some(at("2026-11-28T00:00:01Z")), now), None);
        assert!(authority(Some(now), now).is_some() && authority(None, now).is_some());
    }
}
