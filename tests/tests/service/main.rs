//! The dashboard as an installed service: configured by a file, started by systemd, watched by monitoring, examined by `doctor`.

#[cfg(test)]
mod configured;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod installed;
#[cfg(test)]
mod monitoring;
#[cfg(test)]
mod systemd;
