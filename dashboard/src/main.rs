//! The dashboard's program.

use std::process::ExitCode;

fn main() -> ExitCode {
    tenken_dashboard::command::main()
}
