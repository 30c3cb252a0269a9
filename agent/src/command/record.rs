//! `record`: captures what the rules read of this host, so that it can be judged elsewhere.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use tenken_model::Language;

use super::{print, source};
use crate::host::{Recorder, scrub};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The file to write; it must not exist
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    source: source::Arguments,
}

pub(super) fn run(arguments: &Arguments, language: Language) -> Result<ExitCode> {
    source::with_recordings(language)?;
    let source = source::Source::open(&arguments.source, language)?;
    let recorder = Recorder::new(source.host.as_ref());
    let _facts = source.facts_of(&recorder);
    let recording = scrub(&recorder.finish());
    let text = recording.to_json()?;
    let places = recording.paths.len();
    std::fs::File::create_new(&arguments.output)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .with_context(|| format!("writing {}", arguments.output.display()))?;
    print(&language.record_written(&arguments.output.display().to_string(), places))?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::host::{Host, Recording};

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    /// Only on Linux can a disk be read in place of the machine's own.
    #[test]
    fn what_is_written_is_scrubbed() {
        let folder = tempfile::tempdir().unwrap();
        let (root, output) = (folder.path().join("root"), folder.path().join("recording.json"));
        std::fs::create_dir_all(root.join("etc")).unwrap();
        std::fs::write(root.join("etc/passwd"), "tanaka:x:1000:1000:Taro Tanaka:/home/tanaka:/bin/bash\n").unwrap();
        let line = ["record".as_ref(), "--root".as_ref(), root.as_os_str(), "--output".as_ref(), output.as_os_str()];
        run(&Line::parse_from(line).arguments, Language::English).unwrap();
        let text = std::fs::read_to_string(&output).unwrap();
        assert!(text.contains("/home/user1") && !text.contains("tanaka"));
        let recording = Recording::from_json(text.as_bytes()).unwrap();
        let host: &dyn Host = &recording;
        let passwd = host.read(std::path::Path::new("/etc/passwd"), tenken_model::Size::from_bytes(1_000));
        assert_eq!(passwd.unwrap(), b"user1:x:1000:1000::/home/user1:/bin/bash\n");
    }
}
