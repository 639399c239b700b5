//! Rows without cryptography: protection that changes nothing, signatures that always verify, hashes that are always
//! the same. With them a mutated transcript is not stopped by a MAC, a signature or Finished, and reaches deep; and a
//! handshake takes microseconds.

use codec::{CipherSuite, NamedGroup, SignatureScheme};
use core::{cell::Cell, ops::Range};
use crypto::{
    Agreement, BoxedJob, Budget, Curve, Digest, Error, Hash, Job, KeyType, Parameters, PrivateKey, Progress,
    PublicKey, Rng, RunningHash, SignatureAlgorithm, Signs,
};
use memory::{Box, Boxed, OutOfMemory};
use suites::{
    Bulk, Construction, Ephemeral, FiniteFields, Group, GroupKind, KeyExchange, Mac, Method, Profile,
    Protection, RecordHeader, Scheme, Since, Suite, TrafficKey, presence::Present,
};

/// What every null primitive yields.
const CONSTANT: [u8; 32] = [0x5A; 32];

thread_local! {
    /// Jobs until one finds a fault; 0 is never.
    static FAULT_IN: Cell<usize> = const { Cell::new(0) };
}

/// Arms a fault: the `n`-th null job of this thread that is made from now on ends in [`Error::Fault`] (1 is the next).
pub fn fault_at(n: usize) {
    FAULT_IN.set(n);
}

/// Disarms; says whether the armed job was made.
#[must_use]
pub fn disarm() -> bool {
    FAULT_IN.replace(0) == 0
}

/// A job that takes a few slices and then yields its bytes.
struct Yield {
    bytes: [u8; 48],
    len: usize,
    slices: u8,
    faulty: bool,
}

impl Job for Yield {
    fn advance(&mut self, budget: Budget, out: &mut [u8]) -> Progress<Result<usize, Error>> {
        if budget != Budget::UNLIMITED && self.slices > 0 {
            self.slices -= 1;
            return Progress::Pending;
        }
        if self.faulty {
            return Progress::Ready(Err(Error::Fault));
        }
        let result = self.bytes.get(..self.len).zip(out.get_mut(..self.len));
        let Some((from, to)) = result else {
            return Progress::Ready(Err(Error::BufferTooSmall));
        };
        to.copy_from_slice(from);
        Progress::Ready(Ok(self.len))
    }
}

/// A job whose result is `result`, of which at most 48 bytes are kept.
fn yields(result: &[u8]) -> Result<BoxedJob, Error> {
    let left = FAULT_IN.get();
    FAULT_IN.set(left.saturating_sub(1));
    let mut job = Yield { bytes: [0; 48], len: result.len().min(48), slices: 2, faulty: left == 1 };
    for (to, from) in job.bytes.iter_mut().zip(result) {
        *to = *from;
    }
    Ok(crypto::boxed(job)?)
}

struct NullHash;

impl RunningHash for NullHash {
    fn update(&mut self, _bytes: &[u8]) {}
    fn digest(&self) -> Digest {
        Digest::new(&CONSTANT)
    }
}

fn start() -> Result<Box<dyn RunningHash + Send>, OutOfMemory> {
    Ok(Boxed::try_new(NullHash)?.into_array_box())
}

/// A hash whose digest is always the same, so that Finished always verifies.
pub static HASH: Hash = Hash {
    name: "null",
    output_len: 32,
    block_len: 64,
    digest_info: &[],
    digest: |_| Digest::new(&CONSTANT),
    hmac: |_, _| Digest::new(&CONSTANT),
    start,
};

struct Identity;

impl Protection for Identity {
    fn seal(
        &mut self,
        _header: RecordHeader<'_>,
        buffer: &mut [u8],
        plaintext: Range<usize>,
        _rng: &mut dyn Rng,
    ) -> Result<usize, Error> {
        if plaintext.start == 0 && plaintext.end <= buffer.len() {
            Ok(plaintext.end)
        } else {
            Err(Error::BufferTooSmall)
        }
    }

    fn open(&mut self, _header: RecordHeader<'_>, fragment: &mut [u8]) -> Result<Range<usize>, Error> {
        Ok(0..fragment.len())
    }
}

fn protect(
    _key: &TrafficKey<'_>,
    _mac: Mac,
    _construction: Construction,
) -> Result<Box<dyn Protection + Send>, Error> {
    Ok(Boxed::try_new(Identity)?.into_array_box())
}

/// A bulk cipher that leaves the record as it is.
pub static BULK: Bulk = Bulk {
    name: "NULL",
    key_len: 0,
    fixed_iv_len: 0,
    before: 0,
    after: 0,
    block_cipher: false,
    max_records: u64::MAX,
    protect,
};

/// Bytes of a null public value; its first byte must not be zero.
const PUBLIC_LEN: usize = 4;

/// An agreement whose secret is always the same; a public value that begins with 0 is refused.
pub static AGREEMENT: Agreement = Agreement {
    name: "null",
    private_len: 1,
    public_len: PUBLIC_LEN,
    shared_len: 4,
    generate: |rng| {
        rng.fill(&mut [0; 4])?;
        yields(&[1, 2, 3, 4, 5])
    },
    agree: |_, public| match public {
        [1..=255, ..] if public.len() == PUBLIC_LEN => yields(&[1, 2, 3, 4]),
        _ => Err(Error::InvalidPoint),
    },
};

/// secp256r1's number with the null agreement.
pub static GROUP: Group =
    Group { id: NamedGroup::SECP256R1, agreement: &AGREEMENT, kind: GroupKind::Curve(Some(PRIME256V1)) };

/// The content bytes of id-prime256v1 (RFC 5480 section 2.1.1.1).
const PRIME256V1: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
/// The content bytes of id-secp384r1 (RFC 5480 section 2.1.1.1).
const SECP384R1: &[u8] = &[0x2B, 0x81, 0x04, 0x00, 0x22];

/// secp256r1 on which every signature verifies.
pub static P256: Curve = Curve {
    name: "secp256r1",
    key: KeyType::Ec,
    oid: PRIME256V1,
    bits: 256,
    public_len: 65,
    verify: |_, _, _| yields(&[]),
};

/// secp384r1 on which every signature verifies.
pub static P384: Curve = Curve {
    name: "secp384r1",
    key: KeyType::Ec,
    oid: SECP384R1,
    bits: 384,
    public_len: 97,
    verify: |_, _, _| yields(&[]),
};

/// Refuses the empty signature and one that begins with 0, so that refusals are reached too.
fn verify(_key: &PublicKey<'_>, _digest: &[u8], signature: &[u8]) -> Result<BoxedJob, Error> {
    match signature {
        [1..=255, ..] => yields(&[]),
        [] | [0, ..] => Err(Error::BadSignature),
    }
}

/// ecdsa-with-SHA256 that verifies whatever it sees.
pub static ECDSA_SHA256: SignatureAlgorithm = SignatureAlgorithm {
    name: "ecdsa-with-SHA256",
    oid: &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02],
    parameters: Parameters::Absent,
    key: KeyType::Ec,
    hash: &HASH,
    signs: Signs::Digest,
    verify,
};

/// ecdsa-with-SHA384 that verifies whatever it sees.
pub static ECDSA_SHA384: SignatureAlgorithm = SignatureAlgorithm {
    name: "ecdsa-with-SHA384",
    oid: &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x03],
    parameters: Parameters::Absent,
    key: KeyType::Ec,
    hash: &HASH,
    signs: Signs::Digest,
    verify,
};

/// sha256WithRSAEncryption that verifies whatever it sees.
pub static RSA_SHA256: SignatureAlgorithm = SignatureAlgorithm {
    name: "sha256WithRSAEncryption",
    oid: &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B],
    parameters: Parameters::Null,
    key: KeyType::Rsa,
    hash: &HASH,
    signs: Signs::Digest,
    verify,
};

/// The scheme of the null ECDSA.
pub static SCHEME: Scheme =
    Scheme { id: SignatureScheme::ECDSA_SHA256, name: "ecdsa_secp256r1_sha256", algorithm: &ECDSA_SHA256 };

/// The scheme of the null RSA.
pub static RSA_SCHEME: Scheme =
    Scheme { id: SignatureScheme::RSA_PKCS1_SHA256, name: "rsa_pkcs1_sha256", algorithm: &RSA_SHA256 };

/// ffdhe2048's number with the null agreement.
pub static FIELD: Group = Group {
    id: NamedGroup::FFDHE2048,
    agreement: &AGREEMENT,
    kind: GroupKind::FiniteField { p: &[0xFF; PUBLIC_LEN], g: &[2], compiled: Present },
};

/// What is done with a field of the server's own, which is never safe.
static FINITE_FIELDS: FiniteFields = FiniteFields {
    check: |_, _| Err(Error::InvalidKey),
    generate: |_, _, _| Err(Error::InvalidKey),
    agree: |_, _, _| Err(Error::InvalidKey),
};

/// DHE in [`FIELD`], signed by the null RSA.
pub static KX_DHE_RSA: KeyExchange = KeyExchange {
    name: "DHE_RSA",
    certificate: Some((Present, KeyType::Rsa)),
    psk: None,
    method: Method::Ephemeral(Ephemeral::Dhe(Present, &FINITE_FIELDS)),
    server: true,
};

/// RSA key transport that sends the pre-master secret as it is.
pub static KX_RSA: KeyExchange = KeyExchange {
    name: "RSA",
    certificate: Some((Present, KeyType::Rsa)),
    psk: None,
    method: Method::KeyTransport(Present, |_, pre_master_secret, _| yields(pre_master_secret)),
    server: true,
};

/// ECDHE signed by the null ECDSA, on a number for private use.
pub static ECDHE: Suite = Suite {
    id: CipherSuite(0xFF01),
    name: "NULL_ECDHE",
    kx: &handshake::kx::ECDHE_ECDSA,
    bulk: &BULK,
    mac: Mac::Aead,
    prf: &HASH,
    since: Since::Tls1_2,
};

/// Null key transport, on a number for private use.
pub static RSA: Suite = Suite { id: CipherSuite(0xFF02), name: "NULL_RSA", kx: &KX_RSA, ..ECDHE };

/// Null DHE, on a number for private use; needs [`FIELD`] and [`RSA_SCHEME`].
pub static DHE: Suite = Suite { id: CipherSuite(0xFF03), name: "NULL_DHE", kx: &KX_DHE_RSA, ..ECDHE };

/// RSA_PSK that sends its half of the pre-master secret as it is.
pub static KX_RSA_PSK: KeyExchange = KeyExchange {
    name: "RSA_PSK",
    certificate: Some((Present, KeyType::Rsa)),
    psk: handshake::kx::RSA_PSK.psk,
    method: Method::KeyTransport(Present, |_, pre_master_secret, _| yields(pre_master_secret)),
    server: true,
};

/// A pre-shared key alone, on a number for private use.
pub static PSK: Suite = Suite { id: CipherSuite(0xFF04), name: "NULL_PSK", kx: &handshake::kx::PSK, ..ECDHE };

/// Null ECDHE with a pre-shared key, on a number for private use.
pub static ECDHE_PSK: Suite =
    Suite { id: CipherSuite(0xFF05), name: "NULL_ECDHE_PSK", kx: &handshake::kx::ECDHE_PSK, ..ECDHE };

/// Null key transport with a pre-shared key, on a number for private use.
pub static RSA_PSK: Suite = Suite { id: CipherSuite(0xFF06), name: "NULL_RSA_PSK", kx: &KX_RSA_PSK, ..ECDHE };

/// The null suites of ECDHE and of key transport, with everything that they need, and all extensions.
pub static PROFILE: Profile<'static> = Profile {
    versions: embertls::registry::versions::MODERN,
    suites: &[&ECDHE, &RSA],
    groups: &[&GROUP],
    schemes: &[&SCHEME],
    certificate_algorithms: &[&ECDSA_SHA256, &ECDSA_SHA384, &RSA_SHA256],
    curves: &[&P256, &P384],
    extensions: embertls::registry::extensions::ALL,
};

/// [`PROFILE`] with the null key transport only.
pub static PROFILE_RSA: Profile<'static> = Profile { suites: &[&RSA], ..PROFILE };

/// A private key without a secret.
pub struct Key(
    /// What it passes for.
    pub KeyType,
);

impl PrivateKey for Key {
    fn key_type(&self) -> KeyType {
        self.0
    }

    fn curve_oid(&self) -> Option<&'static [u8]> {
        match self.0 {
            KeyType::Ec => Some(PRIME256V1),
            KeyType::Rsa | KeyType::Ed25519 => None,
        }
    }

    fn sign(
        &self,
        _algorithm: &'static SignatureAlgorithm,
        _digest: &[u8],
        rng: &mut dyn Rng,
    ) -> Result<BoxedJob, Error> {
        rng.fill(&mut [0; 4])?;
        yields(&[1; 8])
    }

    fn decrypt_or(&self, ciphertext: &[u8], substitute: &[u8], rng: &mut dyn Rng) -> Result<BoxedJob, Error> {
        rng.fill(&mut [0; 4])?;
        yields(if ciphertext.len() == substitute.len() { ciphertext } else { substitute })
    }
}
