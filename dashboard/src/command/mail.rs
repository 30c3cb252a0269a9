//! How mail is sent: its settings, and a mail that shows whether they work.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use tenken_model::digest::Digest;

use super::exit::Exit;
use super::{ConfigurationFile, Spoken, now, print};
use crate::configuration::{Options, Source};
use crate::mail::{Book, MailSettings, Sender};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A YAML file that says who gets mails and how they are sent; otherwise what is configured
    #[arg(value_name = "FILE")]
    mail: Option<PathBuf>,
    #[command(flatten)]
    file: ConfigurationFile,
    #[command(flatten)]
    spoken: Spoken,
}

/// `test-mail`.
pub(super) async fn run(arguments: &Arguments) -> Result<Exit> {
    let mail = if let Some(file) = &arguments.mail {
        Source::File(file.clone())
    } else {
        let configured = arguments.file.with(Options::default())?.mail;
        configured.context("no mail is configured: write `mail` into the configuration, or name its file")?
    };
    let settings: MailSettings = mail.settings()?;
    let to = settings.to.join(", ");
    Sender::new(settings, Book::default(), Digest::of(b"")).send_test(now()).await?;
    print(&arguments.spoken.language().mail_test_sent(&to))?;
    Ok(Exit::Done)
}
