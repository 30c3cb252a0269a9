//! Feeds arbitrary bytes to everything that reads what others wrote. One program holds every target;
//! `TENKEN_FUZZ_TARGET` names the one to run, and without it they are listed.

#![no_main]

mod targets;

use std::sync::OnceLock;

static CHOSEN: OnceLock<targets::Act> = OnceLock::new();

libfuzzer_sys::fuzz_target!(
    init: {
        let name = std::env::var("TENKEN_FUZZ_TARGET").unwrap_or_default();
        match targets::TARGETS.iter().find(|(target, _)| *target == name) {
            Some((_, act)) => drop(CHOSEN.set(*act)),
            None => {
                for (target, _) in targets::TARGETS {
                    println!("{target}");
                }
                std::process::exit(0);
            }
        }
    },
    |data: &[u8]| {
        if let Some(act) = CHOSEN.get() {
            act(data);
        }
    }
);
