//! What only the join of facts, registers and the working calendar can say: a session without a request, a leaver's
//! account, a review that is late. Each correlation is a rule of the catalogue that the dashboard judges in place of
//! agents, of one host at a time, purely: what is known of the host and of the agency goes in, findings come out.

mod agency;
mod changed;
mod claims;
mod disposed;
pub mod emergency;
mod endpoints;
mod gateways;
mod keep;
mod leavers;
mod located;
mod machine;
pub mod maintenance;
mod media;
mod passages;
mod personal;
mod resets;
mod rotated;
mod row;
mod settle;
mod unused;
mod updates;
mod verdicts;

use std::collections::BTreeMap;

use tenken_engine::{Catalog, Rule};
use tenken_model::schema::Value;
use tenken_model::{Finding, RuleId, choice};

use crate::policy::Parameters;

pub use agency::{Agency, Remembered};
pub use machine::{Fleet, Look, Machine, Records};
pub use row::{RowSession, sessions_of_row};
pub use settle::{judge_host, settle_due};
pub use verdicts::SUBJECTS_MAX;

choice! {
    /// A rule that the dashboard judges.
    pub enum Correlation {
        /// Sessions of maintenance accounts beside the requests of their day.
        MaintenanceSessionsRequested = "maintenance_sessions_requested",
        /// The review of the logs of such sessions.
        MaintenanceLogsReviewed = "maintenance_logs_reviewed",
        /// Accounts and keys of people who have left.
        LeaversAccountsClosed = "leavers_accounts_closed",
        /// Passwords recorded as suspect.
        SuspectedPasswordsChanged = "suspected_passwords_changed",
        /// Passwords that another set beside the register of resets.
        PasswordResetsRegistered = "password_resets_registered",
        /// Uses of emergency accounts beside incidents.
        EmergencyAccountsUsedInIncidents = "emergency_accounts_used_in_incidents",
        /// Emergency accounts after incidents.
        EmergencyAccountsRenewed = "emergency_accounts_renewed",
        /// Devices that the registers have closed or disposed of.
        DisposedDevicesAbsent = "disposed_devices_absent",
        /// Updates of IoT devices.
        IotUpdatesCurrent = "iot_updates_current",
        /// People's own devices at work.
        PersonalDevicesManaged = "personal_devices_managed",
        /// Where media and equipment are.
        MediaAndEquipmentLocated = "media_and_equipment_located",
        /// Media that are attached beside those of the register.
        RemovableMediaRegistered = "removable_media_registered",
        /// Gateways beside those of the register.
        GatewayUnchanged = "gateway_unchanged",
        /// Maintenance accounts while nothing is maintained.
        MaintenanceAccountsDisabledOutsideWork = "maintenance_accounts_disabled_outside_work",
        /// Ways in from afar beside those of the register.
        RemoteAccessRegistered = "remote_access_registered",
        /// Media that backups go to in turn.
        BackupMediaRotated = "backup_media_rotated",
        /// Addresses that hosts see in two hands.
        AddressesNotDuplicated = "addresses_not_duplicated",
        /// Endpoints beside the hosts that check them.
        EndpointsProbed = "endpoints_probed",
    }
}

impl Correlation {
    /// What it finds concerns no host: it is told on one, and names what it means.
    pub const fn concerns_no_host(self) -> bool {
        match self {
            Self::IotUpdatesCurrent
            | Self::PersonalDevicesManaged
            | Self::MediaAndEquipmentLocated
            | Self::AddressesNotDuplicated
            | Self::EndpointsProbed => true,
            Self::MaintenanceSessionsRequested
            | Self::MaintenanceLogsReviewed
            | Self::LeaversAccountsClosed
            | Self::SuspectedPasswordsChanged
            | Self::PasswordResetsRegistered
            | Self::EmergencyAccountsUsedInIncidents
            | Self::EmergencyAccountsRenewed
            | Self::DisposedDevicesAbsent
            | Self::RemovableMediaRegistered
            | Self::GatewayUnchanged
            | Self::MaintenanceAccountsDisabledOutsideWork
            | Self::RemoteAccessRegistered
            | Self::BackupMediaRotated => false,
        }
    }

    /// What it finds on a host.
    pub fn judge(self, rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
        match self {
            Self::MaintenanceSessionsRequested => maintenance::requested(rule, agency, machine),
            Self::MaintenanceLogsReviewed => maintenance::reviewed(rule, agency, machine),
            Self::LeaversAccountsClosed => leavers::closed(rule, agency, machine),
            Self::SuspectedPasswordsChanged => changed::suspected(rule, agency, machine),
            Self::PasswordResetsRegistered => resets::registered(rule, agency, machine),
            Self::EmergencyAccountsUsedInIncidents => emergency::used_in_incidents(rule, agency, machine),
            Self::EmergencyAccountsRenewed => emergency::renewed(rule, agency, machine),
            Self::DisposedDevicesAbsent => disposed::absent(rule, agency, machine),
            Self::IotUpdatesCurrent => updates::current(rule, agency, machine),
            Self::PersonalDevicesManaged => personal::managed(rule, agency, machine),
            Self::MediaAndEquipmentLocated => located::located(rule, agency, machine),
            Self::RemovableMediaRegistered => media::registered(rule, agency, machine),
            Self::GatewayUnchanged => gateways::unchanged(rule, agency, machine),
            Self::MaintenanceAccountsDisabledOutsideWork => unused::outside_work(rule, agency, machine),
            Self::RemoteAccessRegistered => passages::registered(rule, agency, machine),
            Self::BackupMediaRotated => rotated::rotated(rule, agency, machine),
            Self::AddressesNotDuplicated => claims::not_duplicated(rule, agency, machine),
            Self::EndpointsProbed => endpoints::probed(rule, agency, machine),
        }
    }
}

/// Whether what a rule finds concerns no host, so that the one on which it is told need not be named.
pub fn concerns_no_host(rule: &RuleId) -> bool {
    Correlation::from_word(rule.as_str()).is_some_and(Correlation::concerns_no_host)
}

/// Whether the dashboard judges the rule of that id, whatever catalogue an agent has.
pub fn judges(rule: &RuleId) -> bool {
    Correlation::from_word(rule.as_str()).is_some()
}

/// The rules of a catalogue that the dashboard judges.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Correlations(BTreeMap<Correlation, Rule>);

impl Correlations {
    /// Those of a catalogue.
    pub fn of(catalog: &Catalog) -> Self {
        let judged = catalog.rules().filter(|rule| rule.telling().is_some());
        let known = judged.filter_map(|rule| Some((Correlation::from_word(rule.id.as_str())?, rule.clone())));
        Self(known.collect())
    }

    /// Each with its rule.
    pub fn iter(&self) -> impl Iterator<Item = (Correlation, &Rule)> {
        self.0.iter().map(|(correlation, rule)| (*correlation, rule))
    }

    /// Within how many business days the logs of maintenance are to be reviewed, by what administrators set.
    pub fn days_to_review(&self, set: &Parameters) -> Option<i32> {
        let rule = self.0.get(&Correlation::MaintenanceLogsReviewed)?;
        let parameter = rule.parameters.get("within")?;
        let set = set.of(&rule.id, "within", None).and_then(|set| parameter.read(&set.value).ok());
        match set.as_ref().unwrap_or(&parameter.default) {
            Value::Int(days) => i32::try_from(*days).ok(),
            _ => None,
        }
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
pub(crate) mod tests;
