//! Endpoints and the hosts that check them.

use tenken_model::register::{EndpointRow, EndpointTransport};

use super::*;

const NOW: &str = "2026-03-16 10:00";

fn endpoint(transport: EndpointTransport, address: &str, probed_by: &str) -> Listed<EndpointRow> {
    let row = EndpointRow {
        counterpart: "健保組合".into(),
        purpose: "結果の受け渡し".into(),
        transport,
        address: address.into(),
        probed_by: probed_by.into(),
    };
    listed(7, "健保組合", row)
}

fn of(rows: Vec<Listed<EndpointRow>>) -> Vec<Finding> {
    let agency = Agency { endpoints: kept(rows), ..agency(NOW) };
    let heard =
        std::collections::BTreeMap::from([("sv-kenshin01".to_owned(), Some(at(NOW))), ("pc-1".to_owned(), None)]);
    let fleet = Some(Fleet { heard, ..Fleet::default() });
    judge(Correlation::EndpointsProbed, &agency, &Machine { fleet, ..machine(NOW, [], Vec::new()) })
}

#[test]
fn an_endpoint_is_checked_by_a_host_that_may_report() {
    const URL: &str = "https://kenpo.example.jp/";
    let tls = |address: &str, host: &str| endpoint(EndpointTransport::Tls, address, host);
    for host in ["sv-kenshin01", "SV-KENSHIN01", " PC-1 "] {
        assert_eq!(told(&of(vec![tls(URL, host)])), ["pass"], "{host}");
    }
    for (address, host, said) in [
        (URL, "", "選ばれていません"),
        (URL, "PC-9", "「PC-9」にエージェントが登録されて"),
        ("", "PC-1", "URLまたはホスト名が台帳にない"),
        (" ", "", "URLまたはホスト名が台帳にない"),
    ] {
        let found = of(vec![tls(address, host)]);
        assert_eq!(told(&found), ["fail 健保組合 / 結果の受け渡し"], "{address} {host}");
        assert!(found[0].says.ja.replace("」に、", "」に").contains(said), "{}", found[0].says.ja);
        assert!(paths(&found[0]).contains(&"registers.endpoints/7"));
    }
}

#[test]
fn what_is_not_reached_by_tls_or_was_closed_needs_nobody() {
    use EndpointTransport::{Closed, Ipsec, Mail, Media};
    let others = [Closed, Ipsec, Mail, Media].map(|transport| endpoint(transport, "", ""));
    assert_eq!(told(&of(others.to_vec())), ["pass"]);
    let closed = Listed { closed_at: Some(at("2026-03-02 10:00")), ..endpoint(EndpointTransport::Tls, "", "") };
    assert_eq!(told(&of(vec![closed])), ["pass"]);
    let elsewhere = Machine { fleet: None, ..machine(NOW, [], Vec::new()) };
    let rows = kept([endpoint(EndpointTransport::Tls, "", "")]);
    let agency = Agency { endpoints: rows, ..agency(NOW) };
    assert_eq!(told(&judge(Correlation::EndpointsProbed, &agency, &elsewhere)), ["not_applicable"], "told on one host");
}
