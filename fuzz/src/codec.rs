//! Every message and every extension that the codec knows, over one input: what is decoded and written again must be
//! the same bytes; what a server answers to an offer must be acceptable to the client.

use codec::extension::alpn::ProtocolNameList;
use codec::extension::certificate_types::CertificateTypes;
use codec::extension::connection_id::ConnectionId;
use codec::extension::ec_point_formats::EcPointFormats;
use codec::extension::max_fragment_length::MaxFragmentLength;
use codec::extension::record_size_limit::RecordSizeLimit;
use codec::extension::renegotiation_info::RenegotiationInfo;
use codec::extension::server_name::ServerNameList;
use codec::extension::signature_algorithms::SignatureAlgorithms;
use codec::extension::status_request::CertificateStatusRequest;
use codec::extension::supported_groups::SupportedGroups;
use codec::extension::use_srtp::UseSrtp;
use codec::message::{
    Certificate, CertificateRequest, CertificateStatus, CertificateVerify, ClientDhPublic, ClientEcdhePublic,
    ClientHello, EncryptedPreMasterSecret, Extensions, Finished, HelloRequest, NewSessionTicket, PskIdentity,
    PskIdentityHint, ServerDhParams, ServerEcdhParams, ServerHello, ServerHelloDone, ServerKeyExchange,
};
use codec::{Alert, Error, Writer};
use embertls::registry::extensions;
use memory::Bytes;
use suites::{HelloOffer, Negotiated, SizeLimits};
use testkit::null;

/// Decodes as each type and encodes what came of it.
macro_rules! round_trips {
    ($input:expr, $($codec:ident)*) => {
        $(if let Ok(value) = $codec::decode($input) {
            assert_eq!(written(|w| value.encode(w)).as_deref(), Ok($input), stringify!($codec));
        })*
    };
}

/// Decodes `input` in every way.
///
/// # Panics
/// When a property does not hold.
pub fn run(input: &[u8]) {
    round_trips!(
        input,
        Certificate CertificateStatus CertificateStatusRequest CertificateTypes ClientDhPublic ClientEcdhePublic ClientHello ConnectionId EncryptedPreMasterSecret Extensions Finished
        HelloRequest MaxFragmentLength NewSessionTicket PskIdentity PskIdentityHint RecordSizeLimit ServerHello ServerHelloDone EcPointFormats ProtocolNameList RenegotiationInfo SignatureAlgorithms SupportedGroups UseSrtp
    );
    for names_scheme in [false, true] {
        let certificate_verify = CertificateVerify::decode(input, names_scheme);
        assert_same(certificate_verify.map(|message| written(|w| message.encode(w))), input);
        let certificate_request = CertificateRequest::decode(input, names_scheme);
        assert_same(certificate_request.map(|message| written(|w| message.encode(w))), input);
        let ecdh = ServerKeyExchange::decode(input, ServerEcdhParams::read, names_scheme);
        assert_same(ecdh.map(|message| written(|w| message.encode(w))), input);
        let dh = ServerKeyExchange::decode(input, ServerDhParams::read, names_scheme);
        assert_same(dh.map(|message| written(|w| message.encode(w))), input);
    }
    if let Ok(alert) = Alert::decode(input) {
        assert_eq!(alert.encode(), input);
    }
    // Names of other types than host_name are read over, and not written.
    if let Ok(names) = ServerNameList::decode(input)
        && names.host_name.is_some()
    {
        let again = written(|w| names.encode(w)).expect("a list can be written");
        assert_eq!(ServerNameList::decode(&again).map(|names| names.host_name), Ok(names.host_name));
    }
    answer_extensions(input);
}

/// What was decoded is written as it was.
fn assert_same(again: Result<Result<Vec<u8>, Error>, Error>, input: &[u8]) {
    if let Ok(again) = again {
        assert_eq!(again.as_deref(), Ok(input));
    }
}

fn written(encode: impl FnOnce(&mut Writer<'_>) -> Result<(), Error>) -> Result<Vec<u8>, Error> {
    let mut out = Bytes::with_cap(1 << 20);
    encode(&mut Writer::new(&mut out))?;
    Ok(out.to_vec())
}

/// Each extension reads the input as an offer and as an answer; an answer of ours is read by the other side.
fn answer_extensions(input: &[u8]) {
    // The client that reads the answer is the one that made the offer.
    let max_fragment_length = MaxFragmentLength::decode(input).ok().map(MaxFragmentLength::bytes);
    let offer = HelloOffer {
        server_name: Some("server.example"),
        alpn: &[b"h2", b"http/1.1"],
        status_request: true,
        server_certificate: suites::CertificateTypes::Either,
        client_certificate: suites::CertificateTypes::Either,
        size_limits: SizeLimits { max_fragment_length, record_size_limit: Some(2048) },
        ticket: Some(&[]),
        connection_id: Some(b"id"),
        ..HelloOffer::new(&null::PROFILE)
    };
    for extension in extensions::ALL {
        let before = Negotiated { suite: Some(&null::ECDHE), ..Negotiated::default() };
        let _ = (extension.on_answer)(&offer, input, &mut { before });
        let mut server = before;
        if (extension.server.on_offer)(&offer, input, &mut server).is_err() {
            continue;
        }
        let mut bytes = Bytes::with_cap(1 << 16);
        let answered = (extension.server.answer)(&offer, &mut server, &mut Writer::new(&mut bytes));
        if answered == Ok(true) {
            let read = (extension.on_answer)(&offer, &bytes, &mut { before });
            assert_eq!(read, Ok(()), "{} does not accept its own answer", extension.name);
        }
    }
}
