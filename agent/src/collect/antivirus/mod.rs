//! Anti-malware products: ClamAV is read and judged, others are recognised by name.

pub mod clamd_answer;
pub mod database_header;
pub mod freshclam_log;
pub mod options;
pub mod time_zone;
