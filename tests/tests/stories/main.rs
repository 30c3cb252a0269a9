//! The ten stories of a security officer's month, each walked from the first sign-in to its outcome: real dashboard, real
//! agents on hosts that change, a real browser in which people click and type, and a clock that is moved on.
//!
//! What a story asserts is what a person reads: on pages, in mails, in files that were downloaded.

#[cfg(test)]
mod form;
#[cfg(test)]
mod people;
#[cfg(test)]
mod stage;

#[cfg(test)]
mod backup_drill;
#[cfg(test)]
mod emergency_account;
#[cfg(test)]
mod gap_and_form;
#[cfg(test)]
mod leaver;
#[cfg(test)]
mod month_end;
#[cfg(test)]
mod morning;
#[cfg(test)]
mod renewals;
#[cfg(test)]
mod stopped_device;
#[cfg(test)]
mod vendor_maintenance;
#[cfg(test)]
mod weekend;
