//! Chains of certificates from a seed: names, constraints, dates, usages, order and damage, most of it right and some of it
//! wrong, for comparing verdicts with other verifiers.

#![expect(clippy::panic, reason = "a generator whose keys do not sign has nothing to give")]

pub mod der;

use crate::rng::Seeded;
use crypto::{PrivateKey, Progress};

/// The date at which the chains are judged: 2026-01-01.
pub const DATE: i64 = 1_767_225_600;

/// Keys that the certificates share.
const KEYS: usize = 12;

/// What a chain is judged for.
pub struct Case {
    /// The roots that are trusted.
    pub roots: Vec<Vec<u8>>,
    /// Certificates that may lie on the path, in any order.
    pub set: Vec<Vec<u8>>,
    /// The end entity.
    pub leaf: Vec<u8>,
    /// Whom it must be valid for.
    pub host: Option<&'static str>,
    /// `sslserver`, `sslclient`, or anything.
    pub purpose: Option<Purpose>,
    /// What is peculiar about it, in words.
    pub marks: Vec<String>,
}

/// What the end entity is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A server.
    Server,
    /// A client.
    Client,
}

/// basicConstraints.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Basic {
    Absent,
    EndEntity,
    Ca(Option<u8>),
}

/// A certificate to be made.
#[derive(Clone)]
struct Plan {
    subject: String,
    issuer: String,
    key: usize,
    signer: usize,
    version1: bool,
    dates: (&'static str, &'static str),
    basic: Basic,
    key_usage: Option<u8>,
    purposes: Vec<u8>,
    /// subjectAltName: GeneralNames.
    names: Vec<Vec<u8>>,
    /// GeneralSubtrees, permitted and excluded.
    constraints: (Vec<Vec<u8>>, Vec<Vec<u8>>),
    unknown: Option<bool>,
    hash: usize,
    damaged: bool,
    /// A byte of all that is changed after it was signed, as a share of 256 of its length.
    changed: Option<u8>,
    /// subjectKeyIdentifier and authorityKeyIdentifier.
    identifiers: bool,
}

const GOOD_DATES: (&str, &str) = ("200101000000Z", "351231235959Z");
const DIGITAL_SIGNATURE: u8 = 1;
const KEY_ENCIPHERMENT: u8 = 1 << 2;
const KEY_CERT_SIGN: u8 = 1 << 5;
const CRL_SIGN: u8 = 1 << 6;
const SERVER_AUTH: u8 = 1;
const CLIENT_AUTH: u8 = 2;
const CODE_SIGNING: u8 = 3;

const HOSTS: &[&str] =
    &["www.example.com", "example.com", "a.b.example.com", "other.test", "192.0.2.7", "2001:db8::1"];

const DNS_NAMES: &[&str] = &[
    "www.example.com",
    "example.com",
    "*.example.com",
    "WWW.Example.COM",
    "*.b.example.com",
    "other.test",
    "*.com",
    "w*.example.com",
    "www.example.com.",
];

const SUBTREES: &[&str] = &["example.com", "b.example.com", "test", "com", "www.example.com", ".example.com"];

/// Makes chains.
pub struct Chains {
    keys: Vec<(Box<dyn PrivateKey + Sync + Send>, Vec<u8>)>,
    rng: Seeded,
    serial: u64,
    /// Whether the certificates of this chain have key identifiers.
    identifiers: bool,
}

impl Chains {
    /// The chains of a seed.
    ///
    /// # Panics
    /// When keys cannot be made.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut rng = Seeded::new(seed);
        let keys = (0..KEYS).map(|_| key(&mut rng)).collect();
        Self { keys, rng, serial: 1, identifiers: false }
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.rng.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let index = self.rng.below(from.len());
        *from.get(index).unwrap_or_else(|| unreachable!("below the length"))
    }

    /// The next chain.
    pub fn next_case(&mut self) -> Case {
        let mut marks = Vec::new();
        self.identifiers = !self.one_in(3);
        if !self.identifiers {
            marks.push("no key identifiers".to_owned());
        }
        let host = if self.one_in(3) { None } else { Some(self.pick(HOSTS)) };
        let purpose = self.pick(&[None, Some(Purpose::Server), Some(Purpose::Server), Some(Purpose::Client)]);
        let mut root = self.authority("Root", "Root", 0, 0, purpose);
        (root.dates, root.damaged, root.version1, root.unknown) = (GOOD_DATES, false, false, None);
        (root.basic, root.key_usage, root.purposes) =
            (Basic::Ca(None), Some(KEY_CERT_SIGN | CRL_SIGN), Vec::new());
        root.constraints = (Vec::new(), Vec::new());
        let depth = self.rng.below(4);
        let mut path = Vec::new();
        let mut above = root.clone();
        for place in 1..=depth {
            let self_issued = place > 1 && self.one_in(12);
            let subject = if self_issued { above.subject.clone() } else { format!("CA {place}") };
            let mut plan = self.authority(&subject, &above.subject, place, above.key, purpose);
            if self_issued {
                marks.push("self-issued".into());
            }
            self.flaw(&mut plan, &mut marks);
            path.push(plan.clone());
            above = plan;
        }
        let mut leaf = self.end_entity(&above, depth + 1, host, purpose);
        self.flaw(&mut leaf, &mut marks);
        let mut set: Vec<Vec<u8>> = path.iter().map(|plan| self.certificate(plan)).collect();
        self.disturb(&mut set, &path, &mut marks);
        let roots = vec![self.certificate(&root)];
        let leaf = self.certificate(&leaf);
        Case { roots, set, leaf, host, purpose, marks }
    }

    fn authority(
        &mut self,
        subject: &str,
        issuer: &str,
        key: usize,
        signer: usize,
        purpose: Option<Purpose>,
    ) -> Plan {
        let path_len =
            if self.one_in(4) { Some(u8::try_from(self.rng.below(4)).unwrap_or_default()) } else { None };
        let mut constraints = (Vec::new(), Vec::new());
        if self.one_in(6) {
            for _ in 0..=self.rng.below(2) {
                let subtree = self.subtree();
                if self.one_in(2) { constraints.0.push(subtree) } else { constraints.1.push(subtree) }
            }
        }
        Plan {
            subject: subject.to_owned(),
            issuer: issuer.to_owned(),
            key,
            signer,
            version1: false,
            dates: GOOD_DATES,
            basic: Basic::Ca(path_len),
            key_usage: if self.one_in(4) { None } else { Some(KEY_CERT_SIGN | CRL_SIGN) },
            purposes: if self.one_in(5) { self.purposes(purpose) } else { Vec::new() },
            names: Vec::new(),
            constraints,
            unknown: None,
            hash: self.rng.below(3),
            damaged: false,
            changed: None,
            identifiers: self.identifiers,
        }
    }

    fn end_entity(
        &mut self,
        issuer: &Plan,
        key: usize,
        host: Option<&str>,
        purpose: Option<Purpose>,
    ) -> Plan {
        let mut names = Vec::new();
        if let Some(host) = host.filter(|_| !self.one_in(8)) {
            names.push(general_name(host));
        }
        for _ in 0..self.rng.below(3) {
            let name = match self.rng.below(6) {
                0 => value_of(1, b"mail@example.com"),
                1 => value_of(6, b"https://www.example.com/x"),
                2 => value_of(7, &[192, 0, 2, 9]),
                _ => value_of(2, self.pick(DNS_NAMES).as_bytes()),
            };
            names.push(name);
        }
        let key_usage = match self.rng.below(4) {
            0 => None,
            1 => Some(DIGITAL_SIGNATURE | KEY_ENCIPHERMENT),
            _ => Some(DIGITAL_SIGNATURE),
        };
        Plan {
            subject: "Leaf".to_owned(),
            issuer: issuer.subject.clone(),
            key,
            signer: issuer.key,
            version1: false,
            dates: GOOD_DATES,
            basic: self.pick(&[Basic::Absent, Basic::EndEntity, Basic::EndEntity]),
            key_usage,
            purposes: if self.one_in(3) { Vec::new() } else { self.purposes(purpose) },
            names,
            constraints: (Vec::new(), Vec::new()),
            unknown: None,
            hash: self.rng.below(3),
            damaged: false,
            changed: None,
            identifiers: self.identifiers,
        }
    }

    /// Purposes, most often with the one that is asked for.
    fn purposes(&mut self, purpose: Option<Purpose>) -> Vec<u8> {
        let right = match purpose {
            Some(Purpose::Client) => CLIENT_AUTH,
            Some(Purpose::Server) | None => SERVER_AUTH,
        };
        match self.rng.below(8) {
            0 => vec![CODE_SIGNING],
            1 => vec![0],
            2 => vec![SERVER_AUTH, CLIENT_AUTH],
            _ => vec![right],
        }
    }

    fn subtree(&mut self) -> Vec<u8> {
        let base = match self.rng.below(6) {
            0 => value_of(7, &[192, 0, 2, 0, 255, 255, 255, 0]),
            1 => value_of(1, b"example.com"),
            2 => der::value(0xA4, &der::name("Ember Chains", "Leaf")),
            _ => value_of(2, self.pick(SUBTREES).as_bytes()),
        };
        der::sequence(&[base])
    }

    /// One time in ten, something wrong with a certificate.
    fn flaw(&mut self, plan: &mut Plan, marks: &mut Vec<String>) {
        if !self.one_in(10) {
            return;
        }
        let is_ca = matches!(plan.basic, Basic::Ca(_));
        let what = match self.rng.below(12) {
            0 => {
                plan.dates = ("200101000000Z", "210101000000Z");
                "expired"
            }
            1 => {
                plan.dates = ("300101000000Z", "351231235959Z");
                "future"
            }
            2 => {
                plan.basic = if is_ca { Basic::Absent } else { Basic::Ca(None) };
                "basicConstraints"
            }
            3 => {
                plan.basic = Basic::EndEntity;
                "end entity"
            }
            4 => {
                plan.key_usage = Some(if is_ca { CRL_SIGN } else { KEY_CERT_SIGN });
                "keyUsage"
            }
            5 => {
                plan.unknown = Some(true);
                "unknown critical"
            }
            6 => {
                plan.unknown = Some(false);
                "unknown"
            }
            7 => {
                plan.damaged = true;
                "damaged"
            }
            8 => {
                plan.signer = KEYS - 1;
                "wrong key"
            }
            9 => {
                plan.version1 = true;
                "version 1"
            }
            10 => {
                plan.changed = Some(self.rng.byte());
                "a changed byte"
            }
            _ => {
                plan.issuer = plan.issuer.to_uppercase();
                "issuer in capitals"
            }
        };
        marks.push(format!("{}: {what}", plan.subject));
    }

    /// The set out of order, with something more or less.
    fn disturb(&mut self, set: &mut Vec<Vec<u8>>, path: &[Plan], marks: &mut Vec<String>) {
        let some = path.get(self.rng.below(path.len())).cloned();
        if let Some(plan) = some.filter(|_| self.one_in(5)) {
            let what = match self.rng.below(4) {
                0 => {
                    set.remove(self.rng.below(set.len()));
                    "one missing"
                }
                1 => {
                    let copy = Plan { dates: ("200101000000Z", "210101000000Z"), ..plan };
                    set.push(self.certificate(&copy));
                    "an expired copy"
                }
                2 => {
                    let copy = Plan { issuer: "Nobody".into(), signer: KEYS - 2, ..plan };
                    set.push(self.certificate(&copy));
                    "a copy by a stranger"
                }
                _ => {
                    let copy = Plan { key: KEYS - 3, ..plan };
                    set.push(self.certificate(&copy));
                    "another key of the name"
                }
            };
            marks.push(what.into());
        }
        for index in 0..set.len() {
            let other = self.rng.below(set.len());
            set.swap(index, other);
        }
    }

    fn certificate(&mut self, plan: &Plan) -> Vec<u8> {
        self.serial += 1;
        let hash = [
            &crypto::signature::ECDSA_SHA256,
            &crypto::signature::ECDSA_SHA384,
            &crypto::signature::ECDSA_SHA512,
        ];
        let algorithm = *hash.get(plan.hash).unwrap_or(&hash[0]);
        let identifier = der::sequence(&[der::oid(algorithm.oid)]);
        let serial = [&[0x40][..], &self.serial.to_be_bytes()].concat();
        let name = |common: &str| der::name("Ember Chains", common);
        let time = |text: &str| der::value(0x17, text.as_bytes());
        let (key, spki) = self
            .keys
            .get(plan.key)
            .zip(self.keys.get(plan.signer))
            .map(|(own, signer)| (&signer.0, &own.1))
            .unwrap_or_else(|| unreachable!("a key of the list"));
        let mut fields = vec![
            der::value(0xA0, &der::small(2)),
            der::value(0x02, &serial),
            identifier.clone(),
            name(&plan.issuer),
            der::sequence(&[time(plan.dates.0), time(plan.dates.1)]),
            name(&plan.subject),
            spki.clone(),
        ];
        if plan.version1 {
            fields.remove(0);
        } else {
            fields.extend(extensions(plan));
        }
        let tbs = der::sequence(&fields);
        let digest = (algorithm.hash.digest)(&[&tbs]);
        let mut signature = sign(&**key, algorithm, digest.as_ref(), &mut self.rng);
        if let Some(last) = signature.last_mut().filter(|_| plan.damaged) {
            *last ^= 1;
        }
        let mut certificate = der::sequence(&[tbs, identifier, der::bits(&signature)]);
        if let Some(share) = plan.changed {
            let at = usize::from(share) * certificate.len() / 256;
            certificate.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << (share & 7));
        }
        certificate
    }
}

/// None when there are none.
fn extensions(plan: &Plan) -> Option<Vec<u8>> {
    let mut list = Vec::new();
    let ce = |n: u8| [0x55, 0x1D, n];
    match plan.basic {
        Basic::Absent => {}
        Basic::EndEntity => list.push(der::extension(&ce(19), true, &der::sequence(&[]))),
        Basic::Ca(path_len) => {
            let mut fields = vec![der::value(0x01, &[0xFF])];
            fields.extend(path_len.map(der::small));
            list.push(der::extension(&ce(19), true, &der::sequence(&fields)));
        }
    }
    if let Some(bits) = plan.key_usage {
        list.push(der::extension(&ce(15), true, &der::named_bits(bits)));
    }
    if !plan.purposes.is_empty() {
        let purposes: Vec<_> = plan
            .purposes
            .iter()
            .map(|purpose| match purpose {
                0 => der::oid(&[0x55, 0x1D, 0x25, 0]),
                purpose => der::oid(&[0x2B, 6, 1, 5, 5, 7, 3, *purpose]),
            })
            .collect();
        list.push(der::extension(&ce(37), false, &der::sequence(&purposes)));
    }
    if !plan.names.is_empty() {
        list.push(der::extension(&ce(17), false, &der::sequence(&plan.names)));
    }
    let (permitted, excluded) = &plan.constraints;
    let subtrees: Vec<_> = [(0xA0, permitted), (0xA1, excluded)]
        .into_iter()
        .filter(|(_, subtrees)| !subtrees.is_empty())
        .map(|(tag, subtrees)| der::value(tag, &subtrees.concat()))
        .collect();
    if !subtrees.is_empty() {
        list.push(der::extension(&ce(30), true, &der::sequence(&subtrees)));
    }
    if plan.identifiers {
        let identifier = |key: usize| [b"key ", &key.to_be_bytes()[..]].concat();
        list.push(der::extension(&ce(14), false, &der::value(0x04, &identifier(plan.key))));
        let authority = der::sequence(&[value_of(0, &identifier(plan.signer))]);
        list.push(der::extension(&ce(35), false, &authority));
    }
    if let Some(critical) = plan.unknown {
        list.push(der::extension(&[0x2B, 6, 1, 4, 1, 0x85, 0x20, 1], critical, &der::small(5)));
    }
    (!list.is_empty()).then(|| der::value(0xA3, &der::sequence(&list)))
}

/// A GeneralName of a primitive kind.
fn value_of(n: u8, contents: &[u8]) -> Vec<u8> {
    der::value(0x80 | n, contents)
}

/// dNSName or iPAddress.
fn general_name(host: &str) -> Vec<u8> {
    match host.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(address)) => value_of(7, &address.octets()),
        Ok(std::net::IpAddr::V6(address)) => value_of(7, &address.octets()),
        Err(_) => value_of(2, host.as_bytes()),
    }
}

/// A P-256 key with its SubjectPublicKeyInfo.
fn key(rng: &mut Seeded) -> (Box<dyn PrivateKey + Sync + Send>, Vec<u8>) {
    let curve = crypto::curve::secp256r1::OID;
    let mut job = (crypto::agreement::SECP256R1.generate)(rng).unwrap_or_else(|error| panic!("{error:?}"));
    let mut pair = [0; 32 + 65];
    finish(&mut *job, &mut pair);
    let (private, public) = pair.split_at(32);
    let sec1 = der::sequence(&[
        der::small(1),
        der::value(0x04, private),
        der::value(0xA0, &der::oid(curve)),
        der::value(0xA1, &der::bits(public)),
    ]);
    let key =
        pki::private_key(&sec1, embertls::registry::keys::ALL).unwrap_or_else(|error| panic!("{error}"));
    let algorithm = der::sequence(&[der::oid(&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1]), der::oid(curve)]);
    (key, der::sequence(&[algorithm, der::bits(public)]))
}

fn sign(
    key: &dyn PrivateKey,
    algorithm: &'static crypto::SignatureAlgorithm,
    digest: &[u8],
    rng: &mut Seeded,
) -> Vec<u8> {
    let mut job = key.sign(algorithm, digest, rng).unwrap_or_else(|error| panic!("{error:?}"));
    let mut signature = [0; 128];
    let len = finish(&mut *job, &mut signature);
    signature.get(..len).unwrap_or_default().to_vec()
}

fn finish(job: &mut dyn crypto::Job, out: &mut [u8]) -> usize {
    loop {
        if let Progress::Ready(outcome) = job.advance(crypto::Budget::UNLIMITED, out) {
            return outcome.unwrap_or_else(|error| panic!("{error:?}"));
        }
    }
}
