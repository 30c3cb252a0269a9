//! Accepting connections with limits, and telling handlers who is on the other end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use super::held::Held;

/// How much a listener takes on.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at one time; further ones wait to be accepted.
    pub connections: usize,
    /// Of those, of one client certificate; a further one takes the place of its oldest.
    pub connections_of_one: usize,
    /// How long a client may take for the TLS handshake.
    pub handshake: Duration,
    /// How long a client may take to send the head of a request, from the end of the one before.
    pub request_head: Duration,
    /// The same of one that showed a certificate of our authority: an agent reports every minute over one connection, which spares both
    /// sides a handshake for each report.
    pub request_head_of_known: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1_024,
            connections_of_one: 4,
            handshake: Duration::from_secs(10),
            request_head: Duration::from_secs(15),
            request_head_of_known: Duration::from_secs(150),
        }
    }
}

/// Who is on the other end; an extension of each request.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Its network address.
    pub address: SocketAddr,
    /// The client certificate, already verified against the authority; absent where none is asked for.
    pub certificate: Option<CertificateDer<'static>>,
}

/// Serves `router` on `listener` until `stop` turns true; then accepts no more and returns. What is
/// being answered goes on in its own task until the runtime ends.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    let acceptor = tls.map(TlsAcceptor::from);
    let (free, held) = (Arc::new(Semaphore::new(limits.connections)), Held::new(limits.connections_of_one));
    loop {
        let next = async {
            let permit = Arc::clone(&free).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            next = next => next,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file handles, most likely: without a pause this would spin.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (acceptor, router, held) = (acceptor.clone(), router.clone(), Arc::clone(&held));
        tokio::spawn(async move {
            converse(stream, address, acceptor, router, limits, &held).await;
            drop(permit);
        });
    }
}

async fn converse(
    stream: TcpStream,
    address: SocketAddr,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    limits: Limits,
    held: &Arc<Held>,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, %address, "TCP_NODELAY was refused");
    }
    let Some(acceptor) = acceptor else {
        answer(Box::new(stream), Protocol::Http1, Peer { address, certificate: None }, router, limits).await;
        return;
    };
    match tokio::time::timeout(limits.handshake, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => {
            let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first()).cloned();
            let place = certificate.as_ref().map(|certificate| held.enter(certificate));
            let peer = Peer { address, certificate: certificate.map(CertificateDer::into_owned) };
            if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                greeted(Box::new(stream), peer, router, limits).await;
            } else {
                let answering = answer(Box::new(stream), Protocol::Http1, peer, router, limits);
                match place {
                    Some(mut place) => tokio::select! {
                        () = answering => {}
                        () = place.taken() => tracing::info!(%address, "a host's oldest connection gave way to a newer one"),
                    },
                    None => answering.await,
                }
            }
        }
        Ok(Err(error)) => tracing::info!(%error, %address, "a TLS handshake failed"),
        Err(_) => tracing::info!(%address, "a TLS handshake took too long"),
    }
}

/// How often a peer of HTTP/2 is asked whether it is still there.
const ALIVE_EVERY: Duration = Duration::from_secs(30);

/// A connection, whatever it is made of: one type for all keeps what is compiled for each of them small.
trait Bytes: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Bytes for T {}

/// Which HTTP was agreed on. It is never guessed from the first bytes: a peer that sends none would be waited for.
#[derive(Debug, Clone, Copy)]
enum Protocol {
    Http1,
    Http2,
}

/// The bytes with which a client of HTTP/2 begins (RFC 9113, 3.4).
const PREFACE: usize = 24;

/// Waits for the beginning of HTTP/2 no longer than for a request's head.
async fn greeted(mut stream: Box<dyn Bytes>, peer: Peer, router: Router, limits: Limits) {
    let mut preface = [0; PREFACE];
    let begun = tokio::time::timeout(limits.request_head, stream.read_exact(&mut preface)).await;
    if !begun.is_ok_and(|read| read.is_ok()) {
        tracing::info!(address = %peer.address, "a connection did not begin");
        return;
    }
    let (reader, writer) = tokio::io::split(stream);
    let stream = tokio::io::join(std::io::Cursor::new(preface).chain(reader), writer);
    answer(Box::new(stream), Protocol::Http2, peer, router, limits).await;
}

async fn answer(stream: Box<dyn Bytes>, protocol: Protocol, peer: Peer, router: Router, limits: Limits) {
    let address = peer.address;
    let request_head = if peer.certificate.is_some() { limits.request_head_of_known } else { limits.request_head };
    let service = TowerToHyperService::new(router.layer(Extension(peer)));
    let builder = Builder::new(TokioExecutor::new());
    let mut builder = match protocol {
        Protocol::Http1 => builder.http1_only(),
        Protocol::Http2 => builder.http2_only(),
    };
    builder.http1().timer(TokioTimer::new()).header_read_timeout(request_head);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .keep_alive_interval(Some(ALIVE_EVERY))
        .keep_alive_timeout(limits.request_head);
    if let Err(error) = builder.serve_connection(TokioIo::new(stream), service).await {
        tracing::debug!(error, %address, "a connection ended early");
    }
}

#[cfg(test)]
mod tests;
