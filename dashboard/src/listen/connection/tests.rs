use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::authority::{Authority, ServerName};
use crate::listen::tls;
use crate::store::Store;

async fn start(limits: Limits) -> (SocketAddr, watch::Sender<bool>, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/", get(|Extension(peer): Extension<Peer>| async move { peer.address.port().to_string() }));
    let (stop, stopped) = watch::channel(false);
    (address, stop, tokio::spawn(serve(listener, None, router, limits, stopped)))
}

#[tokio::test]
async fn handlers_know_their_peer_and_stopping_ends() {
    let (address, stop, task) = start(Limits::default()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with(&stream.local_addr().unwrap().port().to_string()), "{answer}");
    stop.send(true).unwrap();
    task.await.unwrap();
}

/// A connection to a router that answers, on which a request may take 50 ms to come, and of a known client far longer.
fn connected(certificate: Option<CertificateDer<'static>>) -> (tokio::io::DuplexStream, tokio::task::JoinHandle<()>) {
    let limits = Limits { request_head: Duration::from_millis(50), ..Limits::default() };
    let (client, server) = tokio::io::duplex(4_096);
    let router = Router::new().route("/", get(|| async { "answered" }));
    let peer = Peer { address: ([127, 0, 0, 1], 1).into(), certificate };
    (client, tokio::spawn(answer(Box::new(server), Protocol::Http1, peer, router, limits)))
}

async fn ask(client: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut answered = Vec::new();
    while !answered.ends_with(b"answered") {
        assert_ne!(client.read_buf(&mut answered).await.unwrap(), 0, "it ended before it answered");
    }
}

#[tokio::test]
async fn only_a_known_client_may_rest_between_two_requests() {
    let (mut known, _serving) = connected(Some(CertificateDer::from(vec![0])));
    ask(&mut known).await;
    let (mut unknown, ended) = connected(None);
    ask(&mut unknown).await;
    assert!(tokio::time::timeout(Duration::from_secs(10), ended).await.is_ok(), "the connection was kept open");
    ask(&mut known).await;
}

#[tokio::test]
async fn a_client_that_says_nothing_is_let_go() {
    let limits = Limits { request_head: Duration::from_millis(50), ..Limits::default() };
    let (address, _stop, _task) = start(limits).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let mut answer = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    assert!(ended.is_ok(), "the connection was kept open");
}

/// A listener for agents, and a TLS client that is one of them.
async fn agents(limits: Limits) -> (SocketAddr, tokio_rustls::TlsConnector) {
    let data = tempfile::TempDir::new().unwrap();
    let (store, now) = (Store::open_folder(data.path()).await.unwrap(), chrono::Utc::now());
    let authority = Authority::open(data.path(), &store, now).await.unwrap();
    let server = authority.server_certificate(&[ServerName::Name("localhost".to_owned())], now).unwrap();
    let config = tls::agents(server, authority.certificate().clone()).unwrap();

    let key = rcgen::KeyPair::generate().unwrap();
    let request = rcgen::CertificateParams::default().serialize_request(&key).unwrap().pem().unwrap();
    let issued = authority.host_certificate(&request, &"h-1".parse().unwrap(), now).unwrap().unwrap();
    let chain = vec![CertificateDer::from(pem::parse(&issued.pem).unwrap().into_contents())];
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority.certificate().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let client = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap());

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", get(|| async { "answered" }));
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        serve(listener, Some(config), router, limits, stopped).await;
        drop((stop, data));
    });
    (address, tokio_rustls::TlsConnector::from(Arc::new(client.unwrap())))
}

#[tokio::test]
async fn a_host_gives_up_its_oldest_connection_for_a_newer_one() {
    let (address, connector) = agents(Limits { connections_of_one: 2, ..Limits::default() }).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let stream = TcpStream::connect(address).await.unwrap();
        let mut stream = connector.connect("localhost".try_into().unwrap(), stream).await.unwrap();
        ask(&mut stream).await;
        held.push(stream);
    }
    let ended = tokio::time::timeout(Duration::from_secs(10), held[0].read_u8()).await;
    assert!(ended.is_ok_and(|read| read.is_err()), "the oldest was kept");
    for stream in &mut held[1..] {
        ask(stream).await;
    }
}
