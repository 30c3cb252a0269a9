//! Reports that no agent would send, over real TLS with a real certificate.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use reqwest::blocking::Client;
use reqwest::header::CONTENT_ENCODING;
use serde_json::{Value, json};
use tempfile::TempDir;
use tenken_dashboard::store::Store;
use tenken_model::Subject;
use tenken_model::finding::state_digest;
use tenken_model::report::{REPORT_BYTES_MAX, Report, ReportAnswer, Snapshot};
use tenken_tests::dashboard::Dashboard;
use tenken_tests::enrolled::{self, CURVE, Enrolled, finding, openssl, report, transition};
use tenken_tests::poll;
use tenken_tests::program::Running;

struct Bench {
    dashboard: Dashboard,
    _running: Running,
    enrolled: Enrolled,
    client: Client,
    folder: TempDir,
}

/// What the store keeps of the host: what was acknowledged, and every change with its number.
type Kept = (u64, u64, Vec<(u64, u64, String)>, Vec<String>);

impl Bench {
    fn set() -> Result<Self> {
        let folder = TempDir::new()?;
        let mut dashboard = Dashboard::new(folder.path(), &[]);
        let running = dashboard.start()?;
        let enrolled = Enrolled::new(folder.path(), &dashboard.addresses().people, &dashboard.command(&["token"])?)?;
        let client = enrolled.client()?;
        let bench = Self { dashboard, _running: running, enrolled, client, folder };
        // Three changes are stored before anything bad arrives.
        bench.good(3)?;
        Ok(bench)
    }

    fn url(&self) -> String {
        format!("{}/v1/report", self.dashboard.addresses().agents)
    }

    fn post(&self, body: impl Into<reqwest::blocking::Body>) -> Result<(u16, Value)> {
        let answer = self.client.post(self.url()).body(body).send()?;
        let status = answer.status().as_u16();
        let text = answer.text()?;
        Ok((status, serde_json::from_str(&text).with_context(|| format!("{status}: no JSON: {text}"))?))
    }

    /// Reports up to that number as an agent does; what is stored already is passed over.
    fn good(&self, last: u64) -> Result<()> {
        let transitions = (1..=last).map(|seq| Ok(transition(seq)?.0)).collect::<Result<Vec<_>>>()?;
        let report = report(&transitions, last, transition(last)?.1);
        let (status, answer) = self.post(serde_json::to_vec(&report)?)?;
        let answer: ReportAnswer = serde_json::from_value(answer)?;
        assert_eq!((status, answer.acknowledged, answer.resync), (200, last, false));
        Ok(())
    }

    fn kept(&self) -> Result<Kept> {
        kept(self.dashboard.data(), &self.enrolled)
    }

    /// Sends a body that is refused with that status and code, and leaves the store as it is.
    #[track_caller]
    fn refused(&self, what: &str, body: impl Into<reqwest::blocking::Body>, status: u16, code: &str) {
        let before = self.kept().unwrap();
        let (found, refusal) = self.post(body).with_context(|| what.to_owned()).unwrap();
        assert_eq!((found, refusal["code"].as_str()), (status, Some(code)), "{what}: {refusal}");
        assert!(refusal["message"].as_str().is_some_and(|message| message.len() > 20), "{what}: {refusal}");
        assert_eq!(self.kept().unwrap(), before, "{what} changed the store");
    }

    /// Sends a body so large that the dashboard may hang up before the client has sent it and hears the refusal.
    #[track_caller]
    fn cut_short(&self, what: &str, body: Vec<u8>) {
        let before = self.kept().unwrap();
        if let Ok(answer) = self.client.post(self.url()).body(body).send() {
            assert_eq!(answer.status().as_u16(), 413, "{what}");
        }
        assert_eq!(self.kept().unwrap(), before, "{what} changed the store");
    }
}

fn kept(data: &Path, enrolled: &Enrolled) -> Result<Kept> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = Store::open_folder(data).await?;
        let mut transaction = store.read().await?;
        let host = transaction.host(&enrolled.host).await?.context("the host is known")?;
        let history = transaction.history_of_host(&enrolled.host, 1_000_000).await?;
        let told = history.iter().filter_map(|entry| {
            let number = entry.change.number?;
            Some((number.seq, number.part, format!("{:?}", entry.change.finding)))
        });
        // What the dashboard judges itself comes in its own time, whatever is sent.
        let mut findings = transaction.held_of(&enrolled.host).await?;
        findings.retain(|key, _| !tenken_dashboard::correlate::judges(&key.rule));
        Ok((
            host.epoch,
            host.acknowledged,
            told.collect(),
            findings.iter().map(|finding| format!("{finding:?}")).collect(),
        ))
    })
}

fn body(report: &Report) -> Vec<u8> {
    serde_json::to_vec(report).unwrap()
}

/// The report of the fourth change, for others to spoil.
fn fourth() -> Report {
    let (next, digest) = transition(4).unwrap();
    report(&[next], 4, digest)
}

fn with(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut value = serde_json::to_value(fourth()).unwrap();
    change(&mut value);
    serde_json::to_vec(&value).unwrap()
}

fn ready(test: &str) -> bool {
    if !enrolled::available() {
        tenken_tests::skip(test, "openssl is not installed");
    }
    enrolled::available()
}

#[test]
fn a_report_that_is_none_is_refused_and_changes_nothing() {
    if !ready("a_report_that_is_none_is_refused_and_changes_nothing") {
        return;
    }
    let bench = Bench::set().unwrap();
    bench.refused("more than the limit", vec![b' '; REPORT_BYTES_MAX + 1], 413, "too_large");
    bench.cut_short("much more than the limit", vec![b' '; REPORT_BYTES_MAX * 4]);
    for (what, text) in [
        ("nothing", ""),
        ("half a report", "{\"protocol\": 1, \"epoch\""),
        ("a list", "[1, 2]"),
        ("a number", "7"),
        ("no UTF-8 escape", "{\"protocol\": 1, \"epoch\": \"\\ud800\"}"),
        ("fields missing", "{\"protocol\": 1}"),
    ] {
        bench.refused(what, text, 400, "malformed");
    }
    bench.refused("bytes", vec![0xff_u8, 0xfe, 0x00, 0x80], 400, "malformed");
    bench.refused("deep nesting", "[".repeat(1 << 20), 400, "malformed");
    let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    bench.refused(
        "deep nesting in a field",
        with(|value| value["transitions"] = json!("@"))
            .iter()
            .fold(String::new(), |mut text, byte| {
                text.push(char::from(*byte));
                text
            })
            .replace("\"@\"", &deep),
        400,
        "malformed",
    );
    bench.refused("another protocol", with(|value| value["protocol"] = json!(99)), 400, "protocol");
    bench.refused("a negative number", with(|value| value["epoch"] = json!(-1)), 400, "malformed");
    bench.refused("a number beyond the store", with(|value| value["epoch"] = json!(u64::MAX)), 400, "malformed");
    bench.refused(
        "another digest",
        with(|value| {
            let digest = &transition(5).unwrap().1;
            value["transitions"][0]["change"]["set"]["digest"] = json!(digest);
            value["transitions"][0]["change"]["digest"] = json!(digest);
        }),
        400,
        "malformed",
    );
    for year in ["9999", "0001"] {
        let absurd = json!(format!("{year}-12-31T23:59:59Z"));
        bench.refused(year, with(|value| value["heartbeat"]["sent_at"] = absurd), 422, "clock");
    }
    bench.refused(
        "no date",
        with(|value| value["heartbeat"]["sent_at"] = json!("2026-13-45T99:00:00Z")),
        400,
        "malformed",
    );
    bench.good(4).unwrap();
}

#[test]
fn a_report_that_packs_a_bomb_is_not_unpacked() {
    if !ready("a_report_that_packs_a_bomb_is_not_unpacked") {
        return;
    }
    let bench = Bench::set().unwrap();
    let before = bench.kept().unwrap();
    let plain = bench.folder.path().join("bomb");
    std::fs::File::create(&plain).unwrap().set_len(256 << 20).unwrap();
    assert!(std::process::Command::new("gzip").arg("-1").arg(&plain).status().unwrap().success());
    let bomb = std::fs::read(bench.folder.path().join("bomb.gz")).unwrap();
    assert!(bomb.len() < REPORT_BYTES_MAX, "it is small while it is packed");
    let answer = bench.client.post(bench.url()).header(CONTENT_ENCODING, "gzip").body(bomb).send().unwrap();
    assert_eq!(answer.status().as_u16(), 400);
    let refusal: Value = answer.json().unwrap();
    assert_eq!(refusal["code"], "malformed", "{refusal}");
    assert_eq!(bench.kept().unwrap(), before);
    bench.good(4).unwrap();
}

#[test]
fn a_host_that_asks_too_often_is_slowed_and_no_other_is() {
    if !ready("a_host_that_asks_too_often_is_slowed_and_no_other_is") {
        return;
    }
    let bench = Bench::set().unwrap();
    let replayed = body(&report(&[transition(3).unwrap().0], 3, transition(3).unwrap().1));
    let slowed = (0..1_000).map(|_| bench.post(replayed.clone()).unwrap()).find(|(status, _)| *status != 200);
    let (status, refusal) = slowed.unwrap();
    assert_eq!((status, refusal["code"].as_str()), (429, Some("too_often")), "{refusal}");
    let other = TempDir::new().unwrap();
    let token = bench.dashboard.command(&["token"]).unwrap();
    let other = Enrolled::new(other.path(), &bench.dashboard.addresses().people, &token).unwrap();
    let answer = other.client().unwrap().post(bench.url()).body(body(&fourth())).send().unwrap();
    assert_eq!(answer.status().as_u16(), 200, "another host is heard");
    poll::until("it is heard again", Duration::from_secs(20), || {
        let (status, _) = bench.post(body(&fourth()))?;
        Ok((status == 200).then_some(()))
    })
    .unwrap();
    assert_eq!(bench.kept().unwrap().1, 4, "nothing is lost");
}

#[test]
fn numbers_out_of_order_are_not_stored() {
    if !ready("numbers_out_of_order_are_not_stored") {
        return;
    }
    let bench = Bench::set().unwrap();
    let numbered = |seqs: &[u64]| {
        let transitions: Vec<_> = seqs.iter().map(|seq| transition(*seq).unwrap().0).collect();
        let last = seqs.iter().copied().max().unwrap_or(0).max(3);
        report(&transitions, last, transition(last).unwrap().1)
    };
    bench.refused("out of order", body(&numbered(&[5, 4])), 400, "malformed");
    bench.refused("twice in one", body(&numbered(&[4, 4])), 400, "malformed");
    bench.refused("from nought", body(&numbered(&[0, 1])), 400, "malformed");
    bench.refused("an older epoch", body(&Report { epoch: 0, ..fourth() }), 409, "old_epoch");
    let many: Vec<u64> = (4..1_006).collect();
    bench.refused("too many", body(&numbered(&many)), 413, "limit");

    // These are no errors, but tell nothing new: replayed, replayed with another content, and a gap.
    let before = bench.kept().unwrap();
    let mut forged = numbered(&[1, 2, 3]);
    for (transition, other) in forged.transitions.iter_mut().zip(7..) {
        transition.change = enrolled::transition(other).unwrap().0.change;
    }
    for (what, report, resync) in
        [("replayed", numbered(&[1, 2, 3]), false), ("forged", forged, false), ("a gap", numbered(&[5]), true)]
    {
        let (status, answer) = bench.post(body(&report)).unwrap();
        let answer: ReportAnswer = serde_json::from_value(answer).unwrap();
        assert_eq!((status, answer.acknowledged, answer.resync), (200, 3, resync), "{what}");
        assert_eq!(bench.kept().unwrap(), before, "{what}");
    }
    bench.good(4).unwrap();
}

#[test]
fn a_snapshot_is_bounded_and_names_each_finding_once() {
    if !ready("a_snapshot_is_bounded_and_names_each_finding_once") {
        return;
    }
    let bench = Bench::set().unwrap();
    let one = finding(4).unwrap();
    let snapshot = |findings| {
        let snapshot = Some(Snapshot { seq: 4, findings });
        body(&Report { snapshot, ..report(&[], 4, state_digest([])) })
    };
    bench.refused("the same key twice", snapshot(vec![one.clone(), one.clone()]), 400, "malformed");
    let mut small = one.clone();
    small.evidence.clear();
    let many = |count: u32| {
        let named = |number: u32| {
            let mut finding = small.clone();
            finding.key.subject = Some(Subject::new(number.to_string()).unwrap());
            finding
        };
        (0..count).map(named).collect::<Vec<_>>()
    };
    bench.cut_short("100 000 findings", snapshot(many(100_000)));
    let just = snapshot(many(20_001));
    let code = if just.len() > REPORT_BYTES_MAX { "too_large" } else { "limit" };
    bench.refused("one finding too many", just, 413, code);
    let mut long = one.clone();
    long.evidence[0].value = "x".repeat(9_000);
    bench.refused("a long text", snapshot(vec![long]), 413, "limit");
    let mut odd = one;
    odd.evidence[0].value = "a\0b".into();
    bench.refused("NUL", snapshot(vec![odd]), 400, "malformed");
    bench.good(4).unwrap();
}

#[test]
fn only_a_certificate_of_the_authority_is_heard_and_only_by_tls_1_3() {
    if !ready("only_a_certificate_of_the_authority_is_heard_and_only_by_tls_1_3") {
        return;
    }
    let bench = Bench::set().unwrap();
    let before = bench.kept().unwrap();
    let good = body(&fourth());
    let none = bench.enrolled.stranger().build().unwrap();
    assert!(none.post(bench.url()).body(good.clone()).send().is_err(), "no certificate");
    let old = bench.enrolled.stranger().identity(bench.enrolled.identity.clone());
    let old = old.tls_version_max(reqwest::tls::Version::TLS_1_2).build().unwrap();
    assert!(old.post(bench.url()).body(good.clone()).send().is_err(), "TLS 1.2");

    // One that says it is this host, of an authority of its own.
    let subject = format!("/CN={}", bench.enrolled.host);
    let forge = ["req", "-x509", "-days", "2", "-subj", &subject, "-keyout", "forged.key", "-out", "forged.pem"];
    openssl(bench.folder.path(), &[&forge[..], &CURVE].concat()).unwrap();
    let read = |name: &str| std::fs::read_to_string(bench.folder.path().join(name)).unwrap();
    let forged = reqwest::Identity::from_pem(format!("{}{}", read("forged.pem"), read("forged.key")).as_bytes());
    let forged = bench.enrolled.stranger().identity(forged.unwrap()).build().unwrap();
    assert!(forged.post(bench.url()).body(good.clone()).send().is_err(), "another authority");
    assert_eq!(bench.kept().unwrap(), before);

    // Another host speaks for itself, whatever it sends.
    let other = bench.folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    let token = bench.dashboard.command(&["token"]).unwrap();
    let other = Enrolled::new(&other, &bench.dashboard.addresses().people, &token).unwrap();
    let sent = other.client().unwrap().post(bench.url()).body(good).send().unwrap();
    assert_eq!(sent.status().as_u16(), 200);
    assert_eq!(bench.kept().unwrap(), before, "the first host's state is its own");
    assert_eq!(kept(bench.dashboard.data(), &other).unwrap().1, 0, "a gap: nothing of it is stored");
    bench.good(4).unwrap();

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open_folder(bench.dashboard.data()).await.unwrap();
        let mut transaction = store.write().await.unwrap();
        assert!(transaction.revoke_host(&bench.enrolled.host, chrono::Utc::now()).await.unwrap());
        transaction.save().await.unwrap();
    });
    bench.refused("a revoked host", body(&fourth()), 403, "revoked");
    let sent = other.client().unwrap().post(bench.url()).body(body(&report(&[], 0, state_digest([])))).send().unwrap();
    assert_eq!(sent.status().as_u16(), 200, "others are heard still");
}

#[test]
fn clients_that_never_finish_do_not_block_others() {
    if !ready("clients_that_never_finish_do_not_block_others") {
        return;
    }
    let bench = Bench::set().unwrap();
    let address = |url: &str| url.replace("https://localhost", "127.0.0.1").replace("http://", "");
    let agents = address(&bench.dashboard.addresses().agents);
    let local = address(&bench.dashboard.addresses().local);
    // Handshakes that stop after a few bytes, noise, and heads of requests that never end.
    let mut stuck: Vec<TcpStream> = Vec::new();
    for number in 0..200_u16 {
        let (to, bytes): (_, &[u8]) = match number % 3 {
            0 => (&agents, b"\x16\x03\x01\x02\x00\x01"),
            1 => (&agents, b"GET / HTTP/1.1\r\n"),
            _ => (&local, b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: "),
        };
        let mut stream = TcpStream::connect(to).unwrap();
        stream.write_all(bytes).unwrap();
        stuck.push(stream);
    }
    for last in 4..8 {
        bench.good(last).unwrap();
    }
    // They are let go before long: a read ends.
    let mut slow = stuck.pop().unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(18))).unwrap();
    let mut rest = Vec::new();
    assert!(slow.read_to_end(&mut rest).is_ok() || !rest.is_empty(), "a slow client is kept for ever");
    bench.good(8).unwrap();
}
