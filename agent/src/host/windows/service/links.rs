//! Which links the service follows.

#![expect(unsafe_code, reason = "a setting of the process for which nothing among the dependencies has a function")]

use windows_sys::Win32::System::Threading::{ProcessRedirectionTrustPolicy, SetProcessMitigationPolicy};

/// EnforceRedirectionTrust of PROCESS_MITIGATION_REDIRECTION_TRUST_POLICY (winnt.h).
const ENFORCE: u32 = 1;

/// From now on no junction is followed that was made by somebody who is no administrator. In their own folders, of which the
/// service reads some, people may make junctions that lead to pipes and to other machines, which would be told who asks.
/// A Windows that does not know it (before 11 and Server 2022, without later updates) follows them as before.
pub(super) fn distrust() {
    let policy = ENFORCE;
    // SAFETY: the policy is a number of 32 bits, which outlives the call and is only read.
    let _unknown = unsafe {
        SetProcessMitigationPolicy(ProcessRedirectionTrustPolicy, (&raw const policy).cast(), size_of::<u32>())
    };
}
