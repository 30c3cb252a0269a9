//! The agent's program.

use std::process::ExitCode;

fn main() -> ExitCode {
    tenken_agent::command::main()
}
