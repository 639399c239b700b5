//! client_certificate_type and server_certificate_type (RFC 7250 section 4): what each end shows in its Certificate message.
//! Who names neither shows and takes X.509 certificates.

use super::absent;
use codec::{
    CertificateType, ExtensionType, Reason, Writer,
    extension::certificate_types::{CertificateTypes as List, decode_choice},
};
use suites::{CertificateKind, CertificateTypes, Extension, ExtensionError, OnServer, on_server};

/// What only has certificates is not said (RFC 7250 section 4.1).
fn offer(types: CertificateTypes, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    if types.has_raw_public_key() {
        List::write(w, types.iter().map(CertificateKind::certificate_type))?;
    }
    Ok(types.has_raw_public_key())
}

/// One of those that were offered.
fn read_choice(types: CertificateTypes, body: &[u8]) -> Result<CertificateKind, ExtensionError> {
    let choice = decode_choice(body)?;
    let chosen = types.iter().find(|offered| offered.certificate_type() == choice);
    Ok(chosen.ok_or(Reason::CertificateTypeNotOffered)?)
}

fn read_offer(body: &[u8]) -> Result<CertificateTypes, ExtensionError> {
    let list = List::decode(body)?;
    let (x509, raw) = (CertificateType::X509, CertificateType::RAW_PUBLIC_KEY);
    Ok(CertificateTypes::of(list.contains(x509), list.contains(raw)))
}

fn answer(choice: Option<CertificateKind>, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    let Some(choice) = choice else { return Ok(false) };
    w.u8(choice.certificate_type().0)?;
    Ok(true)
}

/// The row of what the server shows; the choice is made with its credential.
pub static SERVER_CERTIFICATE_TYPE: Extension = Extension {
    id: ExtensionType::SERVER_CERTIFICATE_TYPE,
    name: "server_certificate_type",
    offer: |hello, w| offer(hello.server_certificate, w),
    on_answer: |hello, body, negotiated| {
        negotiated.server_certificate_type = Some(read_choice(hello.server_certificate, body)?);
        Ok(())
    },
    if_unanswered: absent,
    server: on_server(OnServer {
        on_offer: |_, body, negotiated| {
            negotiated.server_certificate = read_offer(body)?;
            Ok(())
        },
        if_missing: absent,
        answer: |_, negotiated, w| answer(negotiated.server_certificate_type, w),
    }),
};

/// The row of what the client shows, if it is asked.
pub static CLIENT_CERTIFICATE_TYPE: Extension = Extension {
    id: ExtensionType::CLIENT_CERTIFICATE_TYPE,
    name: "client_certificate_type",
    offer: |hello, w| offer(hello.client_certificate, w),
    on_answer: |hello, body, negotiated| {
        negotiated.client_certificate_type = Some(read_choice(hello.client_certificate, body)?);
        Ok(())
    },
    if_unanswered: absent,
    server: on_server(OnServer {
        on_offer: |hello, body, negotiated| {
            negotiated.client_certificate_type = hello.client_certificate.in_common(read_offer(body)?);
            Ok(())
        },
        if_missing: absent,
        answer: |_, negotiated, w| answer(negotiated.client_certificate_type, w),
    }),
};
