//! A small authority and a server's certificate, made anew for each run by OpenSSL.

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509Name};

/// The host name in the certificate.
pub const HOST: &str = "server.example";

/// The kind of the authority's and the server's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// P-256, signatures with SHA-256.
    EcdsaP256,
    /// 2048 bits, PKCS#1 v1.5 with SHA-256.
    Rsa2048,
}

/// What a certificate is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// An authority of its own.
    Root,
    /// An authority below another.
    Intermediate,
    Server,
}

/// What a client that trusts `root` gets from a server with an intermediate certificate, in DER; all keys of one kind.
pub struct Chain {
    /// The root.
    pub root: Vec<u8>,
    /// The intermediate certificate.
    pub intermediate: Vec<u8>,
    /// The server's certificate.
    pub leaf: Vec<u8>,
}

impl Chain {
    /// Makes the three certificates.
    #[must_use]
    pub fn new(kind: KeyKind) -> Self {
        let keys = [new_key(kind), new_key(kind), new_key(kind)];
        let [root_key, intermediate_key, key] = &keys;
        let root = certificate("EmberTLS bench root", root_key, Role::Root, None);
        let intermediate =
            certificate("EmberTLS bench CA", intermediate_key, Role::Intermediate, Some((&root, root_key)));
        let leaf = certificate(HOST, key, Role::Server, Some((&intermediate, intermediate_key)));
        let der = |certificate: &X509| certificate.to_der().expect("a certificate can be encoded");
        Self { root: der(&root), intermediate: der(&intermediate), leaf: der(&leaf) }
    }
}

/// A server's certificate and key under an authority of the same kind of key.
pub struct Identity {
    /// The authority's certificate.
    pub authority: X509,
    /// The server's certificate.
    pub certificate: X509,
    /// The server's key.
    pub key: PKey<Private>,
}

impl Identity {
    /// Makes both certificates.
    #[must_use]
    pub fn new(kind: KeyKind) -> Self {
        let authority_key = new_key(kind);
        let key = new_key(kind);
        let authority = certificate("EmberTLS bench CA", &authority_key, Role::Root, None);
        let certificate = certificate(HOST, &key, Role::Server, Some((&authority, &authority_key)));
        Self { authority, certificate, key }
    }

    /// The server's certificate in DER.
    #[must_use]
    pub fn certificate_der(&self) -> Vec<u8> {
        self.certificate.to_der().expect("a certificate can be encoded")
    }

    /// The authority's certificate in DER.
    #[must_use]
    pub fn authority_der(&self) -> Vec<u8> {
        self.authority.to_der().expect("a certificate can be encoded")
    }

    /// The server's key in PKCS#8.
    #[must_use]
    pub fn key_der(&self) -> Vec<u8> {
        self.key.private_key_to_pkcs8().expect("a key can be encoded")
    }
}

fn new_key(kind: KeyKind) -> PKey<Private> {
    let key = match kind {
        KeyKind::EcdsaP256 => EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)
            .and_then(|group| EcKey::generate(&group))
            .and_then(PKey::from_ec_key),
        KeyKind::Rsa2048 => Rsa::generate(2048).and_then(PKey::from_rsa),
    };
    key.expect("OpenSSL makes keys")
}

/// Signs a certificate for `name`; without an issuer it is an authority's own.
fn certificate(name: &str, key: &PKey<Private>, role: Role, issuer: Option<(&X509, &PKey<Private>)>) -> X509 {
    build(name, key, role, issuer).expect("OpenSSL signs certificates")
}

fn build(
    name: &str,
    key: &PKey<Private>,
    role: Role,
    issuer: Option<(&X509, &PKey<Private>)>,
) -> Result<X509, openssl::error::ErrorStack> {
    let mut subject = X509Name::builder()?;
    subject.append_entry_by_nid(Nid::COMMONNAME, name)?;
    let subject = subject.build();
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    builder.set_serial_number(&*BigNum::from_u32(1 + role as u32)?.to_asn1_integer()?)?;
    builder.set_subject_name(&subject)?;
    builder.set_issuer_name(issuer.map_or(&*subject, |(issuer, _)| issuer.subject_name()))?;
    builder.set_pubkey(key)?;
    builder.set_not_before(&*Asn1Time::from_unix(NOT_BEFORE)?)?;
    builder.set_not_after(&*Asn1Time::from_unix(NOT_AFTER)?)?;
    if role == Role::Server {
        let context = builder.x509v3_context(None, None);
        let names = SubjectAlternativeName::new().dns(name).build(&context)?;
        builder.append_extension(BasicConstraints::new().critical().build()?)?;
        builder
            .append_extension(KeyUsage::new().critical().digital_signature().key_encipherment().build()?)?;
        builder.append_extension(ExtendedKeyUsage::new().server_auth().build()?)?;
        builder.append_extension(names)?;
    } else {
        builder.append_extension(BasicConstraints::new().critical().ca().build()?)?;
        builder.append_extension(KeyUsage::new().critical().key_cert_sign().crl_sign().build()?)?;
    }
    builder.sign(issuer.map_or(key, |(_, key)| key), MessageDigest::sha256())?;
    Ok(builder.build())
}

/// 2020-01-01.
const NOT_BEFORE: i64 = 1_577_836_800;
/// 2049-01-01.
const NOT_AFTER: i64 = 2_493_072_000;
