use tenken_model::fact::shares::ExportClient;

use super::*;

const DEBIAN: &str = include_str!("../../../../tests/samples/shares/debian-12.exports");

fn exporting(text: &str) -> Recording {
    bare().running(10, "nfsd").file(nfs::EXPORTS, text)
}

fn told(host: &Recording) -> Vec<(String, ExportClient, bool, bool)> {
    let exports = fact(host).nfs.exports.into_iter();
    exports.map(|export| (export.name, export.kind, export.writable, export.proven)).collect()
}

#[test]
fn as_debian_installs_it_nothing_is_exported() {
    let found = fact(&exporting(DEBIAN)).nfs;
    assert_eq!((found.exports, found.complete), (vec![], Read::Measured(true)));
    assert!(told(&bare().running(10, "nfsd")).is_empty(), "as Red Hat installs it: an empty file, or none");
}

#[test]
fn each_client_is_one_export_with_its_options() {
    let host = exporting(
        "/srv/data 192.0.2.10(rw,sync) 192.0.2.0/24 *.clinic.example(ro) @servers(rw)\n\
         /srv/krb -sec=krb5p,rw * gss/krb5\n",
    );
    assert_eq!(
        told(&host),
        [
            ("/srv/data (192.0.2.10)".to_owned(), ExportClient::Host, true, false),
            ("/srv/data (192.0.2.0/24)".to_owned(), ExportClient::Network, false, false),
            ("/srv/data (*.clinic.example)".to_owned(), ExportClient::Pattern, false, false),
            ("/srv/data (@servers)".to_owned(), ExportClient::Netgroup, true, false),
            ("/srv/krb (*)".to_owned(), ExportClient::Anyone, true, true),
            ("/srv/krb (gss/krb5)".to_owned(), ExportClient::Kerberos, true, true),
        ]
    );
}

#[test]
fn a_blank_too_many_exports_to_everybody() {
    let host = exporting("/srv/data 192.0.2.10 (rw)\n");
    assert_eq!(
        told(&host),
        [
            ("/srv/data (192.0.2.10)".to_owned(), ExportClient::Host, false, false),
            ("/srv/data (*)".to_owned(), ExportClient::Anyone, true, false),
        ]
    );
}

#[test]
fn files_of_the_folder_count_by_their_ending() {
    let host = exporting("")
        .file("/etc/exports.d/data.exports", "/srv/data *(ro)\n")
        .file("/etc/exports.d/.hidden.exports", "/srv/hidden *(ro)\n")
        .file("/etc/exports.d/.exports", "/srv/none *(ro)\n")
        .file("/etc/exports.d/data.exports.bak", "/srv/old *(ro)\n");
    let found = fact(&host).nfs.exports;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].path.as_str(), found[0].origin.as_str()), ("/srv/data", "/etc/exports.d/data.exports"));
}

#[test]
fn of_two_entries_the_first_counts() {
    let host = exporting("/srv *(sec=krb5)\n").file("/etc/exports.d/a.exports", "/srv *(rw)\n");
    assert_eq!(told(&host), [("/srv (*)".to_owned(), ExportClient::Anyone, false, true)]);
}

#[test]
fn behind_a_fault_nothing_is_exported_and_that_is_told() {
    let host = exporting("/srv/a 192.0.2.1\n/srv/b 192.0.2.1(read-only)\n/srv/c *(rw)\n");
    let found = fact(&host).nfs;
    assert_eq!((found.exports.len(), code(&found.complete)), (1, ReasonCode::Unparsable));
    let found = fact(&bare().running(10, "rpc.mountd").denied(nfs::EXPORTS)).nfs;
    assert_eq!(code(&found.complete), ReasonCode::NotPermitted);
    let found = fact(&bare().running(10, "rpc.mountd").denied(nfs::EXPORTS_FOLDER)).nfs;
    assert_eq!(code(&found.complete), ReasonCode::NotPermitted);
}

#[test]
fn what_is_cut_is_never_what_matters_most() {
    let mut text = (0..250).map(|number| format!("/srv/{number} 192.0.2.1\n")).collect::<Vec<_>>().concat();
    text.push_str("/srv/open *\n");
    let found = fact(&exporting(&text)).nfs;
    assert_eq!((found.exports.len(), found.left_out, code(&found.complete)), (200, 51, ReasonCode::TooLarge));
    assert!(found.exports.iter().any(|export| export.kind == ExportClient::Anyone));
}

#[test]
fn an_exported_folder_is_entered_from_outside_whatever_is_above_it() {
    let host = exporting("/srv/closed/data/ 192.0.2.1(rw)\n/srv/file 192.0.2.1\n/srv/gone 192.0.2.1\n")
        .folder_with("/srv/closed", |folder| folder.mode = 0o700)
        .folder_with("/srv/closed/data", |folder| folder.mode = 0o777)
        .file("/srv/file", "");
    let found = fact(&host).folders;
    let folder = SharedFolder { path: "/srv/closed/data".into(), mode: "0777".into(), open: true };
    assert_eq!((found.folders, found.complete), (vec![folder], Read::Measured(true)));
}
