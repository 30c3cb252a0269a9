//! The agent as packages ship it: small before it is fast.

use std::path::Path;

/// The profile, and the name of its folder.
pub(crate) const PROFILE: &str = "agent";

/// What cargo is told to leave out: recordings, which are for whoever looks into a fault.
pub(crate) const LEAVE_OUT: [&str; 1] = ["--no-default-features"];

/// What the compiler of C is told: nothing unwinds.
pub(crate) const C_FLAGS: [&str; 2] = ["-fno-asynchronous-unwind-tables", "-fno-unwind-tables"];

/// What the compiler of Rust is told, beside the profile; below the root of the workspace lies what the linker is told.
pub(crate) fn rust_flags(root: &Path) -> Vec<String> {
    let script = root.join("packaging/link/without-unwinding.ld");
    vec![
        // The compiler does not leave them out where the standard library has them.
        format!("-Clink-arg=-Wl,-T,{}", script.display()),
        "-Clink-arg=-Wl,--no-eh-frame-hdr".to_owned(),
        // Functions that came out the same are kept once.
        "-Clink-arg=-Wl,--icf=all".to_owned(),
    ]
}
