//! The clock.

use crate::{Instant, Read, Span, choice, record};

choice! {
    /// A program that sets the clock.
    pub enum TimeServiceKind {
        /// chronyd.
        Chrony = "chrony",
        /// systemd-timesyncd.
        Timesyncd = "timesyncd",
        /// ntpd of NTPsec or the reference implementation.
        Ntpd = "ntpd",
        /// ntpd of OpenBSD.
        OpenNtpd = "openntpd",
        /// ntpd-rs.
        NtpdRs = "ntpd_rs",
        /// The Windows Time service.
        W32Time = "w32time",
        /// timed of macOS.
        Timed = "timed",
        /// The hypervisor or its guest tools.
        Hypervisor = "hypervisor",
    }
}

record! {
    /// One installed time service.
    pub struct TimeService {
        /// Which program it is.
        pub kind: TimeServiceKind,
        /// Its process is alive; of the Windows Time service also where it rests and the system starts it when it is due.
        pub running: Read<bool>,
        /// It says that the clock follows a source other than itself.
        pub synchronised: Read<bool>,
        /// Name or address of the source it follows; absent when it follows none.
        pub source: Read<Option<String>>,
        /// Distance from a reference clock, 1 to 15; absent when it follows none.
        pub stratum: Read<Option<i64>>,
        /// When it last took a measurement from its source; absent if never.
        pub last_sync: Read<Option<Instant>>,
        /// The clock's offset as the service estimates it; absent when it follows none.
        pub offset: Read<Option<Span>>,
        /// Servers and pools it was given: in its configuration and, of one that runs, also those it has besides. On Windows
        /// `NT5DS` stands for the controllers of its domain, and `VMICTimeProvider` for the clock of its hypervisor;
        /// `NT5DS (PDC emulator)` is the controller that those follow, with nothing else to follow itself.
        pub configured: Read<Vec<String>>,
    }
}

record! {
    /// What the kernel says of its own clock (adjtimex).
    pub struct KernelClock {
        /// The flag STA_UNSYNC is clear.
        pub synchronised: bool,
        /// The kernel's bound on the error; 16 s means stale.
        pub max_error: Span,
        /// The kernel's estimate of the error.
        pub estimated_error: Span,
    }
}

record! {
    /// The offset the agent itself measured: by SNTP, or by what an answer of the dashboard says.
    pub struct MeasuredOffset {
        /// The server that was asked; where none answered, the address of the dashboard, which stands in.
        pub reference: String,
        /// How far this clock is behind (positive) or ahead (negative) of it.
        pub offset: Span,
        /// The offset is right within plus or minus this much.
        pub error_bound: Span,
        /// How many answers were taken.
        pub samples: i64,
    }
}

record! {
    /// The clock of one host.
    pub struct TimeSync {
        /// Installed or running time services; more than one running is itself a fault.
        pub services: Vec<TimeService>,
        /// The kernel's own view.
        pub kernel: Read<KernelClock>,
        /// The offset measured independently of any service.
        pub measured: Read<MeasuredOffset>,
        /// The system's time zone, such as `Asia/Tokyo`, or `Tokyo Standard Time` on Windows.
        pub time_zone: Read<String>,
    }
}
