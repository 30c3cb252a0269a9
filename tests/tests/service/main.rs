//! The dashboard as an installed service: configured by a file, started by systemd, watched by monitoring, examined by `doctor`.

mod configured;
mod doctor;
mod installed;
mod monitoring;
mod systemd;
