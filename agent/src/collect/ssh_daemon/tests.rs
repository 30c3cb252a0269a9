use tenken_model::Instant;

use super::*;
use crate::host::Recording;

#[test]
fn includes_are_found_as_sshd_finds_them() {
    let host = Recording::new(Instant::UNIX_EPOCH)
        .file("/etc/ssh/conf.d/b.conf", "Port 2")
        .file("/etc/ssh/conf.d/a.conf", "Port 1")
        .file("/etc/ssh/conf.d/.c.conf", "Port 3")
        .folder("/etc/ssh/conf.d/d.conf")
        .file("/srv/my ssh/{x}", "Port 4");
    let ports = |argument: &str| -> Vec<String> {
        let files = included(&Look::new(&host), argument).unwrap();
        files.into_iter().flat_map(|(_, directives)| directives).flat_map(|found| found.arguments).collect()
    };
    assert_eq!(ports("conf.d/*.conf"), ["1", "2"]);
    assert_eq!(ports("c*/[!a].conf"), ["2"]);
    assert_eq!(ports("/etc/ssh/conf.d/.*"), ["3"]);
    assert_eq!(ports("/srv/my ssh/{x}"), ["4"]);
    assert_eq!(ports("gone"), [""; 0]);
    assert_eq!(ports("conf.d"), [""; 0], "a folder has no lines");
    let code = |argument: &str| included(&Look::new(&host), argument).unwrap_err().code;
    assert_eq!((code("~/x"), code("[^a]*"), code("")), {
        (ReasonCode::Unsupported, ReasonCode::Unsupported, ReasonCode::Unparsable)
    });
}
