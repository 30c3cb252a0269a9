//! Every option of the dashboard, once: its key in the file, its flag, what it means, its default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tenken_model::{Language, Span};

use super::Source;
use crate::identity::ProviderSettings;
use crate::mail::MailSettings;
use crate::secret_file::SecretFile;
use crate::settings_file::FileSettings;

/// A key of the configuration file.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// The flag of the same meaning, without its dashes.
    pub flag: &'static str,
    /// Its default, in YAML.
    pub default: &'static str,
    /// Examples, in YAML, with the key.
    pub examples: &'static [&'static str],
    /// What it means.
    pub meaning: fn(Language) -> String,
}

/// Declares the options: `key: Type as "flag" "VALUE", default "YAML", examples [..], meaning;`. Those of the place are flags of every
/// command, the others of `serve`.
macro_rules! options {
    (
        place { $($place:ident : $place_type:ty as $place_flag:literal $place_value:literal, default $place_default:literal,
            examples $place_examples:expr, $place_meaning:ident;)* }
        serve { $($name:ident : $type:ty as $flag:literal $value:literal, default $default:literal,
            examples $examples:expr, $meaning:ident;)* }
    ) => {
        /// What is configured; absent is what was not said.
        #[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        #[group(skip)]
        pub struct Options {
            $(
                #[doc = concat!("`", stringify!($place), "`.")]
                #[arg(long = $place_flag, value_name = $place_value, help = Language::English.$place_meaning())]
                pub $place: Option<$place_type>,
            )*
            $(
                #[doc = concat!("`", stringify!($name), "`.")]
                #[arg(long = $flag, value_name = $value, help = Language::English.$meaning())]
                pub $name: Option<$type>,
            )*
        }

        /// The flags that say where the state is kept.
        #[derive(Debug, Clone, Default, clap::Args)]
        #[group(skip)]
        pub struct PlaceFlags {
            $(
                #[doc = concat!("`", stringify!($place), "`.")]
                #[arg(long = $place_flag, value_name = $place_value, help = Language::English.$place_meaning())]
                pub $place: Option<$place_type>,
            )*
        }

        impl From<PlaceFlags> for Options {
            fn from(flags: PlaceFlags) -> Self {
                Self { $($place: flags.$place,)* ..Self::default() }
            }
        }

        impl Options {
            /// Every key, in the order of the sample.
            pub const KEYS: &[Key] = &[
                $(Key { name: stringify!($place), flag: $place_flag, default: $place_default, examples: &$place_examples,
                    meaning: Language::$place_meaning },)*
                $(Key { name: stringify!($name), flag: $flag, default: $default, examples: &$examples,
                    meaning: Language::$meaning },)*
            ];

            /// These, and of the others what these do not say.
            #[must_use]
            pub fn over(self, others: Self) -> Self {
                Self {
                    $($place: self.$place.or(others.$place),)*
                    $($name: self.$name.or(others.$name),)*
                }
            }
        }
    };
}

options! {
    place {
        data: PathBuf as "data" "FOLDER", default "/var/lib/tenken-dashboard", examples [], configuration_data;
        database: String as "database" "URL", default "null",
            examples ["database: postgres://tenken@database.example.jp/tenken"], configuration_database;
        database_password_file: SecretFile as "database-password-file" "FILE", default "null",
            examples [
                "database_password_file: /etc/tenken-dashboard/database.password",
                "database_password_file: credential:database-password",
            ], configuration_database_password_file;
    }
    serve {
        agents: SocketAddr as "agents" "ADDRESS", default "0.0.0.0:7741", examples ["agents: '[::]:7741'"], configuration_agents;
        people: SocketAddr as "people" "ADDRESS", default "0.0.0.0:7742", examples ["people: 192.0.2.10:443"],
            configuration_people;
        local: SocketAddr as "local" "ADDRESS", default "null", examples ["local: 127.0.0.1:7744"], configuration_local;
        metrics: SocketAddr as "metrics" "ADDRESS", default "null", examples ["metrics: 127.0.0.1:7745"], configuration_metrics;
        names: Vec<String> as "name" "NAME", default "[]", examples ["names: [tenken.example.jp, 192.0.2.10]"],
            configuration_names;
        time_references: Vec<String> as "time-reference" "SERVER", default "[]",
            examples ["time_references: [ntp.nict.jp]"], configuration_time_references;
        agency: String as "agency" "NAME", default "null", examples ["agency: 点検市役所"], configuration_agency;
        clamd: PathBuf as "clamd" "SOCKET", default "null", examples ["clamd: /run/clamav/clamd.ctl"], configuration_clamd;
        mail: Source<MailSettings> as "mail" "FILE", default "null",
            examples ["mail: /etc/tenken-dashboard/mail.yaml", MAIL], configuration_mail;
        identity_provider: Source<ProviderSettings> as "identity-provider" "FILE", default "null",
            examples ["identity_provider: /etc/tenken-dashboard/provider.yaml", PROVIDER], configuration_identity_provider;
        packages: PathBuf as "packages" "FOLDER", default "null", examples ["packages: /srv/tenken-packages"], configuration_packages;
        grace: Span as "grace" "DURATION", default "null", examples ["grace: 0s"], configuration_grace;
    }
}

/// Every setting of mail.
const MAIL: &str = "\
mail:
  from: 点検 <tenken@example.jp>
  to: [officer@example.jp]
  dashboard: https://tenken.example.jp:7742
  languages: [ja, en]
  transport:
    kind: smtp
    host: mail.example.jp
    port: 587
    security: starttls
    user: tenken
    password_file: credential:smtp-password
    authority_file: /etc/tenken-dashboard/mail-authority.pem
  webhook:
    url: https://chat.example.jp/hooks/tenken
    secret: write at least 16 characters";

/// Every setting of the identity provider.
const PROVIDER: &str = "\
identity_provider:
  issuer: https://login.example.jp/realms/agency
  client_id: tenken
  client_secret_file: credential:provider-secret
  name: {ja: 庁内アカウント, en: the agency account}
  dashboard: https://tenken.example.jp:7742
  authority_file: /etc/tenken-dashboard/provider-authority.pem
  private_network: true
  acr_values: [phr]
  factors: shown
  account_claim: preferred_username
  local_sign_in: everybody";

impl FileSettings for Options {
    fn check(&self) -> Result<(), String> {
        let secret = match &self.database_password_file {
            Some(SecretFile::File(path)) => Some(path.as_path()),
            Some(SecretFile::Credential(_)) | None => None,
        };
        let paths = [
            ("data", self.data.as_deref()),
            ("database_password_file", secret),
            ("clamd", self.clamd.as_deref()),
            ("packages", self.packages.as_deref()),
            ("mail", self.mail.as_ref().and_then(Source::file)),
            ("identity_provider", self.identity_provider.as_ref().and_then(Source::file)),
        ];
        // Whoever starts the service does not choose the folder it starts in.
        let relative = |(_, path): &&(&str, Option<&Path>)| path.is_some_and(|path| !path.is_absolute());
        if let Some((key, path)) = paths.iter().find(relative) {
            let path = path.map(Path::display);
            return Err(format!(
                "{key}: `{}` is no whole path; begin it with /",
                path.map(|p| p.to_string()).unwrap_or_default()
            ));
        }
        let within = |key: &str, problem: String| format!("{key}: {problem}");
        if let Some(mail) = &self.mail {
            mail.check().map_err(|problem| within("mail", problem))?;
        }
        if let Some(provider) = &self.identity_provider {
            provider.check().map_err(|problem| within("identity_provider", problem))?;
        }
        Ok(())
    }
}
