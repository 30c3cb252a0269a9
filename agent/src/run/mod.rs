//! The resident agent: collects what changed, judges it, keeps it, reports it.
//!
//! One loop ([`resident`]) on one thread waits for events, collectors, answers and time. Everything it decides is
//! decided elsewhere and purely: when to collect ([`crate::schedule`]), what follows ([`judging`]), what changed
//! ([`crate::state`]), when to call ([`link`]), what an answer means ([`keeping`]). Beside the loop run one
//! collector ([`collecting`]) and one call ([`calling`]) at a time, so that neither waits for the other.
//!
//! # Killed at any moment, nothing is lost and nothing is told twice
//!
//! | killed | then |
//! | --- | --- |
//! | after an event, before its change is in the spool | everything is looked at anew at the next start, and compared with the spool's state; the change is found, as long as it lasts |
//! | while a change is written | a torn record is cut; a whole one counts, whether or not the mark has heard of it. Its number was given to nobody: a report is made only after both are synced |
//! | before, while or after a report is sent, without its answer | it waits in the spool and is sent again under the same numbers; the dashboard skips what it has |
//! | after the answer, before the acknowledgement is synced | the same |
//! | while the spool is rewritten | the old file or the new one is there, whole, and both mean the same |
//! | after a policy was fetched | the one before is in force at the next start, and the first answer says that there is a newer one. It is put in force only once it is stored |
//! | after a certificate was renewed | the old one counts until the new one is used, and the new one is used only once it is stored |
//! | after a fact was read, sent or answered for | nothing of it is on the disk: it is read again, the heartbeat says its digest, and the answer whether the dashboard has it |
//! | while what is remembered of the logs is written | the old file or the new one is there, whole; a loss that is not in it yet is found again, because the logs are compared with what they were before it |
//!
//! A disk that is full is like being killed before the write: the spool is read again, and the next judgement is
//! compared with what it really has. Until that succeeds no heartbeat repeats the old state.

mod answers;
pub mod calling;
pub mod clock;
pub mod collecting;
pub mod complaints;
pub mod dashboard_time;
pub mod judging;
pub mod keeping;
pub mod link;
pub mod remembering;
pub mod report;
pub mod resident;
mod resting;
pub mod setup;
pub mod standing;
pub mod telling;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;
pub mod watching;
