//! Certificates of servers that tests talk to.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

/// Makes an authority and a certificate for `localhost`, `mail.example.jp` and that address: `ca.pem`, whose path is returned,
/// `server.pem` and `server.key`.
pub fn make(folder: &Path, address: Ipv4Addr) -> Result<PathBuf> {
    let run = |arguments: &[&str]| -> Result<()> {
        let output = Command::new("openssl").current_dir(folder).args(arguments).output()?;
        if !output.status.success() {
            bail!("openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    };
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    let mut authority =
        vec!["req", "-x509", "-days", "2", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem"];
    authority.extend(curve);
    run(&authority)?;
    let mut request = vec!["req", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"];
    request.extend(curve);
    run(&request)?;
    std::fs::write(
        folder.join("server.ext"),
        format!("subjectAltName=DNS:localhost,DNS:mail.example.jp,IP:{address}\nextendedKeyUsage=serverAuth\n"),
    )?;
    run(&[
        "x509",
        "-req",
        "-days",
        "2",
        "-in",
        "server.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-extfile",
        "server.ext",
        "-out",
        "server.pem",
    ])?;
    Ok(folder.join("ca.pem"))
}
