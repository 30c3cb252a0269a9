//! How mail is sent: its settings, and a mail that shows whether they work.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};
use tenken_model::digest::Digest;

use super::{Spoken, now, print};
use crate::mail::{Book, FILE_BYTES_MAX, MailSettings, Sender};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A YAML file that says who gets mails and how they are sent
    #[arg(value_name = "FILE")]
    mail: PathBuf,
    #[command(flatten)]
    spoken: Spoken,
}

/// `test-mail`.
pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let settings = settings(&arguments.mail)?;
    let to = settings.to.join(", ");
    Sender::new(settings, Book::default(), Digest::of(b"")).send_test(now()).await?;
    print(&arguments.spoken.language().mail_test_sent(&to))?;
    Ok(ExitCode::SUCCESS)
}

/// The settings in `file`.
pub(super) fn settings(file: &Path) -> Result<MailSettings> {
    let shown = file.display().to_string();
    let size = std::fs::metadata(file).with_context(|| format!("reading {shown}"))?.len();
    if usize::try_from(size).map_or(true, |size| size > FILE_BYTES_MAX) {
        bail!("{shown}: it is larger than {FILE_BYTES_MAX} bytes");
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {shown}"))?;
    MailSettings::read(&shown, &text).map_err(|problem| anyhow!(problem))
}
