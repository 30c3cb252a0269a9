//! HTTP clients of the tests: straight to loopback, whatever proxy is set.

use reqwest::blocking::{Client, ClientBuilder};

/// The beginning of a client.
pub fn client() -> ClientBuilder {
    // An error says that another test thread was first, which is as good.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    Client::builder().no_proxy()
}
