//! How mail is sent: its settings, and a mail that shows whether they work.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use tenken_model::digest::Digest;

use super::{Spoken, now, print};
use crate::mail::{Book, MailSettings, Sender};
use crate::settings_file;

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
    let settings: MailSettings = settings_file::read(&arguments.mail)?;
    let to = settings.to.join(", ");
    Sender::new(settings, Book::default(), Digest::of(b"")).send_test(now()).await?;
    print(&arguments.spoken.language().mail_test_sent(&to))?;
    Ok(ExitCode::SUCCESS)
}
