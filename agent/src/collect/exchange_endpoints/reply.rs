//! What becomes of a request by somebody who showed no certificate.

use tenken_model::fact::exchange_endpoints::ClientCertificate;
use tenken_model::{Read, ReasonCode};

use crate::host::tls::{AfterRequest, TlsSession};

/// The status of an answer of HTTP/1; nothing where it is something else.
pub fn status(bytes: &[u8]) -> Option<u16> {
    let rest = bytes.strip_prefix(b"HTTP/1.")?;
    let [b'0' | b'1', b' ', hundreds @ b'1'..=b'5', tens, ones, ..] = rest else { return None };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0'));
    Some(digit(*hundreds)? * 100 + digit(*tens)? * 10 + digit(*ones)?)
}

/// How a server treats who shows no certificate.
pub fn treatment(server: &str, session: &TlsSession) -> Read<ClientCertificate> {
    let unclear = |code, why: String| Read::not_read(code, format!("ask {server} without a certificate: {why}"));
    if !session.asked {
        return Read::Measured(ClientCertificate::NotAsked);
    }
    match &session.request {
        Some(AfterRequest::Ended(Some(_))) => Read::Measured(ClientCertificate::Demanded),
        // One that does not speak HTTP may hang up on this request whoever asks.
        Some(AfterRequest::Ended(None)) => unclear(ReasonCode::NoAnswer, "it hung up without an alert".to_owned()),
        // What nginx says where no certificate was shown, or one that does not hold; its own 495 and 496 become 400.
        Some(AfterRequest::Answered(Some(400 | 495 | 496))) => Read::Measured(ClientCertificate::DemandedByApplication),
        // These may be meant for everybody, or for those without a certificate, or say nothing of either.
        Some(AfterRequest::Answered(Some(status @ (401 | 403 | 407 | 429 | 500..=599)))) => unclear(
            ReasonCode::Failed,
            format!("status {status} does not tell whether it is for want of a certificate"),
        ),
        Some(AfterRequest::Answered(_)) => Read::Measured(ClientCertificate::Optional),
        Some(AfterRequest::OtherAlert(alert)) => unclear(ReasonCode::Failed, format!("it gave the alert {alert}")),
        Some(AfterRequest::Silent) | None => unclear(ReasonCode::TimedOut, "no answer in time".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::recorded::Answer;
    use crate::host::{ReadError, ReadErrorKind};

    #[test]
    fn only_http_has_a_status() {
        assert_eq!(status(b"HTTP/1.1 400 Bad Request\r\n"), Some(400));
        assert_eq!(status(b"HTTP/1.0 200\r\n"), Some(200));
        for bytes in
            [&b""[..], b"HTTP/1.1 4", b"HTTP/2 200", b"HTTP/1.1 x00", b"HTTP/1.1 999", b"SSH-2.0", b"HTTP/1.1 4x0"]
        {
            assert_eq!(status(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn an_answer_is_judged_only_where_it_is_clear() {
        let session = |asked, request| TlsSession {
            certificate: Answer::Refused(ReadError::new(ReadErrorKind::Failed, "look", "not of interest")),
            asked,
            request,
        };
        let told = |session: &TlsSession| treatment("portal:443", session).measured().copied();
        assert_eq!(told(&session(false, None)), Some(ClientCertificate::NotAsked));
        for (request, expected) in [
            (AfterRequest::Ended(Some("CertificateRequired".into())), Some(ClientCertificate::Demanded)),
            (AfterRequest::Ended(None), None),
            (AfterRequest::Answered(Some(400)), Some(ClientCertificate::DemandedByApplication)),
            (AfterRequest::Answered(Some(496)), Some(ClientCertificate::DemandedByApplication)),
            (AfterRequest::Answered(Some(200)), Some(ClientCertificate::Optional)),
            (AfterRequest::Answered(Some(302)), Some(ClientCertificate::Optional)),
            (AfterRequest::Answered(Some(404)), Some(ClientCertificate::Optional)),
            (AfterRequest::Answered(None), Some(ClientCertificate::Optional)),
            (AfterRequest::Answered(Some(401)), None),
            (AfterRequest::Answered(Some(403)), None),
            (AfterRequest::Answered(Some(503)), None),
            (AfterRequest::OtherAlert("InternalError".into()), None),
            (AfterRequest::Silent, None),
        ] {
            assert_eq!(told(&session(true, Some(request.clone()))), expected, "{request:?}");
        }
    }
}
