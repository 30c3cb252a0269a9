//! What the people's listeners are served from.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::auth::cookie::Channel;
use crate::evidence::Scanner;
use crate::identity::Provider;
use crate::mail::Sender;
use crate::packages::Packages;
use crate::pages::chrome::DataKind;
use crate::public_web::PublicWeb;
use crate::store::Setting;

/// What a page needs beside the request: the dashboard, how browsers reach it, and what was configured.
#[derive(Debug, Clone)]
pub struct Site {
    /// The dashboard.
    pub app: App,
    /// How browsers reach this listener.
    pub channel: Channel,
    /// What was configured where the dashboard was started.
    pub configured: Arc<Configured>,
    /// With which the agency's home page is looked at.
    pub public_web: PublicWeb,
    /// Which asks whether files are clean.
    pub scanner: Scanner,
    /// Which sends mails; absent while none is sent.
    pub sender: Option<Sender>,
    /// The agency's identity provider, if it has one.
    pub provider: Option<Provider>,
    /// The agent's packages, if it hands some out.
    pub packages: Option<Packages>,
}

/// What was configured where the dashboard was started, as far as pages show it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Configured {
    /// The mail server as `host:port`, or the folder that takes its place; absent while no mail is sent.
    pub mail_server: Option<String>,
    /// Who is told of drifts.
    pub recipients: Vec<String>,
    /// Where hosts are enrolled: `https://name:port`.
    pub enrol_url: String,
    /// Whose data the store holds.
    pub data: DataKind,
}

/// Whose dashboard it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// The agency's name as its form gives it.
    pub name: String,
}

impl Setting for Agency {
    const NAME: &'static str = "agency";
}
