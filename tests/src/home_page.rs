//! The agency's home page: a server at an address of the public internet, in a network of the test's own, where nobody else
//! has that address.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};

use crate::program::system;

/// An address that the dashboard takes for a public one. It leads to this machine inside the test's network alone.
const ADDRESS: &str = "203.0.114.1";

/// The page. Its thread ends with the test's process.
#[derive(Debug)]
pub struct HomePage {
    /// Where it is.
    pub url: String,
    html: Arc<Mutex<String>>,
}

impl HomePage {
    /// Puts a page on the web. The test stands inside a network of its own.
    pub fn put(html: &str) -> Result<Self> {
        let ip = system("ip").context("ip is not installed")?;
        let given = Command::new(ip).args(["addr", "add", &format!("{ADDRESS}/32"), "dev", "lo"]).status()?;
        ensure!(given.success(), "{ADDRESS} could not be given to this network: {given}");
        let listener = TcpListener::bind((ADDRESS, 0))?;
        let url = format!("http://{}/checklist.html", listener.local_addr()?);
        let html = Arc::new(Mutex::new(html.to_owned()));
        let served = Arc::clone(&html);
        std::thread::spawn(move || {
            for visitor in listener.incoming().flatten() {
                let page = served.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let _gone = serve(&visitor, &page);
            }
        });
        Ok(Self { url, html })
    }

    /// Puts another page in its place.
    pub fn update(&self, html: &str) {
        html.clone_into(&mut self.html.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn serve(mut visitor: &TcpStream, page: &str) -> std::io::Result<()> {
    let mut asked = BufReader::new(visitor);
    let mut line = String::new();
    while asked.read_line(&mut line)? > 2 {
        line.clear();
    }
    write!(
        visitor,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
        page.len()
    )
}
