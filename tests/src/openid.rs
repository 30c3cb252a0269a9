//! OpenID providers on loopback, and a browser that is led between one and a dashboard.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::Url;
use reqwest::blocking::{Client, Response};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;

use crate::certificates;
use crate::http::client;
use crate::program::{Running, system};

/// The variable that names the folder of oidc-provider's packages.
const PACKAGES: &str = "TENKEN_OPENID_PROVIDER";
/// Where the provider is told to lead back to. Nothing has that name: the browser of the tests knows whom it stands for.
pub const DASHBOARD: &str = "https://tenken.example.jp:7742";
/// How often a browser is led on before it gives up.
const LED_MAX: usize = 20;

/// A running provider.
#[derive(Debug)]
pub struct Provider {
    _running: Running,
    /// Its issuer, which is also its address.
    pub issuer: String,
    /// The certificate authority to trust, in PEM.
    pub authority: PathBuf,
}

impl Provider {
    /// oidc-provider, a certified provider; absent, with why, where it cannot be had.
    pub fn certified(folder: &Path) -> Result<Result<Self, String>> {
        let Some(packages) = std::env::var_os(PACKAGES).map(PathBuf::from) else {
            return Ok(Err(format!("{PACKAGES} names no folder; `cargo xtask test` fetches oidc-provider")));
        };
        let callback = format!("{DASHBOARD}/sign-in/provider/callback");
        Self::start(folder, "provider.mjs", |command| command.arg(packages), &[&callback])
    }

    /// One that misbehaves as it is told; absent, with why, where it cannot be started.
    pub fn hostile(folder: &Path) -> Result<Result<Self, String>> {
        Self::start(folder, "hostile.mjs", |command| command, &[])
    }

    fn start(
        folder: &Path,
        script: &str,
        first: impl FnOnce(&mut Command) -> &mut Command,
        last: &[&str],
    ) -> Result<Result<Self, String>> {
        let (Some(node), Some(_)) = (system("node"), system("openssl")) else {
            return Ok(Err("there is no node or no openssl".to_owned()));
        };
        std::fs::create_dir_all(folder)?;
        let authority = certificates::make(folder, Ipv4Addr::LOCALHOST)?;
        let mut command = Command::new(node);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/openid").join(script));
        first(&mut command).args([folder.join("server.pem"), folder.join("server.key")]).args(last);
        let log = std::fs::File::create(folder.join("provider.log"))?;
        let (running, port) = Running::start_and_hear(command.stdin(Stdio::null()).stderr(log))?;
        Ok(Ok(Self { _running: running, issuer: format!("https://localhost:{port}"), authority }))
    }

    /// Writes the settings with which a dashboard uses it, and more lines of them; the file's path.
    pub fn settings(&self, folder: &Path, client: &str, secret: Option<&str>, more: &str) -> Result<String> {
        use std::os::unix::fs::PermissionsExt as _;
        let mut text = format!(
            "issuer: {}\nclient_id: {client}\nname: {{ja: 院内アカウント, en: the agency account}}\ndashboard: {DASHBOARD}\n\
             authority_file: {}\nprivate_network: true\n{more}",
            self.issuer,
            self.authority.display()
        );
        if let Some(secret) = secret {
            let file = folder.join("client.secret");
            std::fs::write(&file, secret)?;
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600))?;
            text = format!("{text}client_secret_file: {}\n", file.display());
        }
        let file = folder.join("provider.yaml");
        std::fs::write(&file, text)?;
        Ok(file.to_str().context("the folder's name is text")?.to_owned())
    }
}

/// A browser without pictures and scripts, led between a dashboard and a provider, with the cookies of each.
#[derive(Debug)]
pub struct Traveller {
    client: Client,
    dashboard: String,
    cookies: BTreeMap<(String, String), String>,
}

/// What was shown at last.
#[derive(Debug)]
pub struct Shown {
    /// Where.
    pub address: Url,
    /// The page.
    pub page: String,
}

impl Shown {
    /// The value of the first hidden field of that name.
    pub fn field(&self, name: &str) -> Option<&str> {
        let rest = self.page.split_once(&format!("name=\"{name}\" value=\""))?.1;
        rest.split_once('"').map(|(value, _)| value)
    }

    /// Where the page leads to the provider.
    pub fn leads_to(&self) -> Result<Url> {
        let link = self.page.split_once("rel=\"noreferrer\" href=\"").context("the page leads nowhere else")?.1;
        let link = link.split_once('"').context("the link ends")?.0.replace("&#38;", "&").replace("&amp;", "&");
        Url::parse(&link).with_context(|| link.clone())
    }
}

impl Traveller {
    /// One who comes from 127.0.0.`host`, so that one's refusals cost another nothing.
    pub fn new(dashboard: &str, authority: &Path, host: u8) -> Result<Self> {
        let authority = reqwest::Certificate::from_pem(&std::fs::read(authority)?)?;
        let client = client()
            .tls_certs_only([authority])
            .redirect(Policy::none())
            .timeout(Duration::from_secs(40))
            .local_address(IpAddr::V4(Ipv4Addr::new(127, 0, 0, host)))
            .build()?;
        Ok(Self { client, dashboard: dashboard.to_owned(), cookies: BTreeMap::new() })
    }

    /// The dashboard's cookie of that name.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let here = Url::parse(&self.dashboard).ok()?;
        self.cookies.get(&(place(&here), name.to_owned())).map(String::as_str)
    }

    /// Forgets the dashboard's cookie of that name.
    pub fn forget(&mut self, name: &str) {
        let dashboard = self.dashboard.clone();
        self.cookies.retain(|(place, cookie), _| !(dashboard.ends_with(place.as_str()) && cookie == name));
    }

    /// Forgets what the provider knows the browser by.
    pub fn forget_provider(&mut self) {
        let dashboard = self.dashboard.clone();
        self.cookies.retain(|(place, _), _| dashboard.ends_with(place.as_str()));
    }

    /// Whether somebody is signed in at the dashboard.
    pub fn is_in(&mut self) -> Result<bool> {
        Ok(self.visit("/account")?.address.path() == "/account")
    }

    /// A page of the dashboard.
    pub fn visit(&mut self, path: &str) -> Result<Shown> {
        let address = Url::parse(&format!("{}{path}", self.dashboard))?;
        self.follow(address)
    }

    /// Sends a form of a page of the dashboard, with the page's token.
    pub fn send(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Result<Shown> {
        let token = self.visit(page)?.field("csrf").unwrap_or_default().to_owned();
        let address = Url::parse(&format!("{}{action}", self.dashboard))?;
        let mut form = vec![("csrf", token.as_str())];
        form.extend(fields);
        let request = self.client.post(address.clone()).header(COOKIE, self.carried(&address)).form(&form);
        let answer = request.send()?;
        self.go_on(address, answer)
    }

    /// Goes to an address and follows where it leads, until a page is shown.
    pub fn follow(&mut self, address: Url) -> Result<Shown> {
        let answer = self.ask(&address)?;
        self.go_on(address, answer)
    }

    fn ask(&self, address: &Url) -> Result<Response> {
        let request = self.client.get(address.clone()).header(COOKIE, self.carried(address));
        request.send().with_context(|| address.to_string())
    }

    fn go_on(&mut self, mut address: Url, mut answer: Response) -> Result<Shown> {
        for _ in 0..LED_MAX {
            self.keep(&address, &answer);
            let Some(to) = answer.headers().get(LOCATION) else {
                return Ok(Shown { address, page: answer.text()? });
            };
            address = self.meant(&address.join(to.to_str()?)?)?;
            answer = self.ask(&address)?;
        }
        bail!("led on and on, at last to {address}")
    }

    /// The dashboard's name stands for where it listens.
    pub fn meant(&self, address: &Url) -> Result<Url> {
        match address.as_str().strip_prefix(DASHBOARD) {
            Some(path) => Ok(Url::parse(&format!("{}{path}", self.dashboard))?),
            None => Ok(address.clone()),
        }
    }

    fn keep(&mut self, address: &Url, answer: &Response) {
        for cookie in answer.headers().get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok()) {
            let (pair, rest) = cookie.split_once(';').unwrap_or((cookie, ""));
            let Some((name, value)) = pair.split_once('=') else { continue };
            let key = (place(address), name.to_owned());
            let is_gone = value.is_empty() || rest.contains("Max-Age=0") || rest.contains("expires=Thu, 01 Jan 1970");
            if is_gone {
                self.cookies.remove(&key)
            } else {
                self.cookies.insert(key, value.to_owned())
            };
        }
    }

    fn carried(&self, address: &Url) -> String {
        let here = place(address);
        let pairs = self.cookies.iter().filter(|((place, _), _)| *place == here);
        pairs.map(|((_, name), value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}

fn place(address: &Url) -> String {
    format!("{}:{}", address.host_str().unwrap_or_default(), address.port_or_known_default().unwrap_or_default())
}
