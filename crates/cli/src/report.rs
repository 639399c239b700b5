//! What the client says about a connection, as text or as one line of JSON, and the server's line of a log.

use crate::{
    describe::{Summary, hex},
    exit::Failure,
    json::Json,
    output::report,
    psk,
};
use embertls::{CertificateObserver, Facts, Flags, Resumption};
use std::time::Duration;
use x509::{Certificate, ReasonRow, Reasons};

/// The peer's chain, as it arrives.
#[derive(Default)]
pub(crate) struct Chain {
    entries: Vec<Summary>,
    /// An OCSP response was stapled.
    stapled: bool,
}

impl CertificateObserver for Chain {
    fn on_certificate(&mut self, _index: usize, certificate: &Certificate<'_>) {
        self.entries.push(Summary::of(certificate));
    }

    fn on_status(&mut self, _response: &[u8]) {
        self.stapled = true;
    }
}

/// What was agreed, in words that do not borrow from the connection.
struct Agreed {
    version: &'static str,
    suite: &'static str,
    group: Option<String>,
    scheme: Option<String>,
    psk_identity: Option<String>,
    extended_master_secret: bool,
    encrypt_then_mac: bool,
    alpn: Option<String>,
    resumed: Option<Resumption>,
    max_fragment_length: Option<u16>,
    record_size_limit: Option<u16>,
    srtp: Option<&'static str>,
    client_certificate: &'static str,
    handshake: Duration,
}

/// The client's report.
pub(crate) struct Report {
    json: bool,
    chain: Chain,
    agreed: Option<Agreed>,
    flags: Option<Flags>,
    /// What speaks against the certificate's status.
    status_reasons: Reasons,
    renegotiated: Option<bool>,
    /// Of the peer's records, and of ours, in hexadecimal.
    connection_ids: Option<(String, String)>,
    status: Option<String>,
    bytes_in: u64,
    bytes_out: u64,
}

impl Report {
    pub(crate) fn new(json: bool) -> Self {
        let chain = Chain::default();
        Self {
            json,
            chain,
            agreed: None,
            flags: None,
            status_reasons: Reasons::NONE,
            renegotiated: None,
            connection_ids: None,
            status: None,
            bytes_in: 0,
            bytes_out: 0,
        }
    }

    /// Where the peer's certificates are noted.
    pub(crate) fn chain_mut(&mut self) -> &mut Chain {
        &mut self.chain
    }

    /// A certificate was refused, or something else went wrong before the end of the handshake.
    pub(crate) fn on_handshake_error(&mut self, error: &std::io::Error) {
        match io::tls_error(error) {
            Some(embertls::Error::Certificate(flags)) => self.flags = Some(flags),
            Some(embertls::Error::CertificateStatus(reasons)) => self.status_reasons = reasons,
            _ => {}
        }
        if !self.json {
            self.print_chain();
            self.print_verification();
        }
    }

    /// Over datagrams, before [`Report::on_connected`]: the connection IDs of the peer's records and of ours.
    pub(crate) fn on_connection_ids(&mut self, ids: Option<(&[u8], &[u8])>) {
        self.connection_ids = ids.map(|(own, peer)| (hex(own), hex(peer)));
    }

    /// The handshake is complete.
    pub(crate) fn on_connected(
        &mut self,
        handshake: Duration,
        facts: Option<&Facts>,
        psk_identity: Option<&[u8]>,
        alpn: &[&[u8]],
    ) {
        let Some(facts) = facts else { return };
        self.flags = facts.verdict.map(|verdict| verdict.flags);
        self.status_reasons = facts.verdict.map_or(Reasons::NONE, |verdict| verdict.reasons);
        self.agreed = Some(Agreed {
            version: facts.version.display,
            suite: facts.suite.name,
            group: facts.group.map(group_name),
            scheme: facts.scheme.map(scheme_name),
            psk_identity: psk_identity.map(psk::name),
            extended_master_secret: facts.extended_master_secret,
            encrypt_then_mac: facts.encrypt_then_mac,
            alpn: protocol(facts, alpn),
            resumed: facts.resumed,
            max_fragment_length: facts.max_fragment_length,
            record_size_limit: facts.record_size_limit,
            srtp: facts.srtp.map(|profile| profile.name),
            client_certificate: match (facts.client_certificate_requested, facts.client_certificate_sent) {
                (_, true) => "sent",
                (true, false) => "asked for, none sent",
                (false, false) => "not asked for",
            },
            handshake,
        });
        if !self.json {
            self.print_agreed();
            self.print_chain();
            self.print_verification();
        }
    }

    /// The connection was negotiated anew, or the server refused.
    pub(crate) fn on_renegotiated(&mut self, done: bool) {
        self.renegotiated = Some(done);
        if !self.json {
            report(format_args!("renegotiation: {}", if done { "done" } else { "refused" }));
        }
    }

    /// The status line of the answer to `--get`.
    pub(crate) fn on_status(&mut self, status: Option<&str>) {
        self.status = status.map(str::to_owned);
    }

    /// What went over the network in all.
    pub(crate) fn on_bytes(&mut self, bytes_in: u64, bytes_out: u64) {
        self.bytes_in = bytes_in;
        self.bytes_out = bytes_out;
    }

    /// The connection is over.
    pub(crate) fn finish(&self, failure: Option<&Failure>) {
        if self.json {
            report(self.to_json(failure));
            return;
        }
        if let Some(status) = &self.status {
            report(format_args!("answer: {}", one_line(status)));
        }
        if self.agreed.is_some() {
            report(format_args!("bytes: {} in, {} out", self.bytes_in, self.bytes_out));
        }
    }

    fn print_agreed(&self) {
        let Some(agreed) = &self.agreed else { return };
        let yes_no = |yes| if yes { "yes" } else { "no" };
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
        report(format_args!("version: {}", agreed.version));
        report(format_args!("suite: {}", agreed.suite));
        report(format_args!("group: {}", or_none(&agreed.group)));
        report(format_args!("signature scheme: {}", or_none(&agreed.scheme)));
        if let Some(identity) = &agreed.psk_identity {
            report(format_args!("pre-shared key: {identity}"));
        }
        report(format_args!("extended master secret: {}", yes_no(agreed.extended_master_secret)));
        report(format_args!("encrypt-then-MAC: {}", yes_no(agreed.encrypt_then_mac)));
        report(format_args!("ALPN: {}", or_none(&agreed.alpn)));
        report(format_args!("resumed: {}", agreed.resumed.map_or("no", resumption)));
        for (what, bytes) in [
            ("maximum fragment length", agreed.max_fragment_length),
            ("record size limit", agreed.record_size_limit),
        ] {
            if let Some(bytes) = bytes {
                report(format_args!("{what}: {bytes}"));
            }
        }
        if let Some(profile) = agreed.srtp {
            report(format_args!("SRTP: {profile}"));
        }
        if let Some((own, peer)) = &self.connection_ids {
            let or_none = |id: &String| if id.is_empty() { "none".to_owned() } else { id.clone() };
            report(format_args!("connection ID of the peer's records: {}", or_none(own)));
            report(format_args!("connection ID of our records: {}", or_none(peer)));
        }
        report(format_args!("client certificate: {}", agreed.client_certificate));
        report(format_args!("handshake: {:.3} ms", agreed.handshake.as_secs_f64() * 1000.0));
    }

    fn print_chain(&self) {
        for (depth, entry) in self.chain.entries.iter().enumerate() {
            let Summary { subject, not_before, not_after, key } = entry;
            report(format_args!(
                "certificate {depth}: {subject}, valid from {not_before} to {not_after}, {key}"
            ));
        }
    }

    /// Of the reasons against a certificate those that are about its status by OCSP.
    fn status_reasons(&self) -> impl Iterator<Item = &'static ReasonRow> {
        let all = self.status_reasons;
        all.iter().filter(|row| row.name.starts_with("ocsp-") || row.reason == Reasons::NO_STAPLE)
    }

    fn print_verification(&self) {
        let mut wrong = self.status_reasons().peekable();
        if self.chain.stapled && wrong.peek().is_none() {
            report(format_args!("certificate status: an OCSP response is stapled"));
        }
        for row in wrong {
            report(format_args!("certificate status: {}", row.text));
            report(format_args!("  {}", row.advice));
        }
        let Some(flags) = self.flags else { return };
        if flags.is_empty() {
            report(format_args!("verification: the certificate is valid"));
        }
        for row in flags.iter() {
            report(format_args!("verification: {}", row.text));
            report(format_args!("  {}", row.advice));
        }
    }

    fn to_json(&self, failure: Option<&Failure>) -> Json {
        let agreed = self.agreed.as_ref();
        let flag =
            |of: fn(&Agreed) -> bool| agreed.map_or_else(|| Json::optional(None::<&str>), |a| of(a).into());
        let chain = self.chain.entries.iter().map(Summary::to_json);
        Json::object([
            ("version", Json::optional(agreed.map(|a| a.version))),
            ("suite", Json::optional(agreed.map(|a| a.suite))),
            ("group", Json::optional(agreed.and_then(|a| a.group.as_ref()))),
            ("signature_scheme", Json::optional(agreed.and_then(|a| a.scheme.as_ref()))),
            ("psk_identity", Json::optional(agreed.and_then(|a| a.psk_identity.as_ref()))),
            ("ems", flag(|a| a.extended_master_secret)),
            ("etm", flag(|a| a.encrypt_then_mac)),
            ("alpn", Json::optional(agreed.and_then(|a| a.alpn.as_ref()))),
            ("resumed", flag(|a| a.resumed.is_some())),
            ("resumed_by", Json::optional(agreed.and_then(|a| a.resumed).map(resumption))),
            (
                "mfl",
                agreed.and_then(|a| a.max_fragment_length).map_or_else(Json::null, |n| u64::from(n).into()),
            ),
            (
                "rsl",
                agreed.and_then(|a| a.record_size_limit).map_or_else(Json::null, |n| u64::from(n).into()),
            ),
            ("srtp", Json::optional(agreed.and_then(|a| a.srtp))),
            (
                "cid",
                self.connection_ids.as_ref().map_or_else(Json::null, |(own, peer)| {
                    Json::object([("own", own.as_str().into()), ("peer", peer.as_str().into())])
                }),
            ),
            ("client_certificate", Json::optional(agreed.map(|a| a.client_certificate))),
            ("renegotiated", self.renegotiated.map_or_else(Json::null, Into::into)),
            ("chain", Json::array(chain)),
            ("verify", self.flags.map_or_else(|| Json::optional(None::<&str>), verification)),
            (
                "ocsp",
                Json::object([
                    ("stapled", self.chain.stapled.into()),
                    ("reasons", Json::array(self.status_reasons().map(|row| row.name.into()))),
                ]),
            ),
            ("bytes_in", self.bytes_in.into()),
            ("bytes_out", self.bytes_out.into()),
            (
                "handshake_ms",
                agreed.map_or_else(
                    || Json::optional(None::<&str>),
                    |a| Json::decimal(a.handshake.as_secs_f64() * 1000.0),
                ),
            ),
            ("status", Json::optional(self.status.as_ref())),
            ("error", Json::optional(failure.map(ToString::to_string))),
        ])
    }
}

fn verification(flags: Flags) -> Json {
    Json::object([("flags", names(flags)), ("texts", texts(flags))])
}

/// The flags' names, as mbedTLS has them.
pub(crate) fn names(flags: Flags) -> Json {
    Json::array(flags.iter().map(|row| row.name.into()))
}

/// The flags' texts.
pub(crate) fn texts(flags: Flags) -> Json {
    Json::array(flags.iter().map(|row| row.text.into()))
}

/// Version, suite, key, group and protocol for a line of the log.
pub(crate) fn agreed(facts: &Facts, psk_identity: Option<&[u8]>, alpn: &[&[u8]]) -> String {
    let mut line = format!("{} {}", facts.version.display, facts.suite.name);
    let parts = [facts.group.map(group_name), facts.scheme.map(scheme_name), protocol(facts, alpn)];
    for part in parts.into_iter().flatten() {
        line.push(' ');
        line.push_str(&part);
    }
    if let Some(identity) = psk_identity {
        line.push_str(" pre-shared key ");
        line.push_str(&psk::name(identity));
    }
    for (word, holds) in [("ems", facts.extended_master_secret), ("etm", facts.encrypt_then_mac)] {
        if holds {
            line.push(' ');
            line.push_str(word);
        }
    }
    if let Some(profile) = facts.srtp {
        line.push(' ');
        line.push_str(profile.name);
    }
    if let Some(how) = facts.resumed {
        line.push_str(", resumed by ");
        line.push_str(resumption(how));
    }
    if facts.client_certificate_requested {
        line.push_str(if facts.client_certificate_sent {
            ", client certificate"
        } else {
            ", no client certificate"
        });
        if let Some(verdict) = facts.verdict.filter(|verdict| !verdict.flags.is_empty()) {
            for row in verdict.flags.iter() {
                line.push_str(", ");
                line.push_str(row.text);
            }
        }
    }
    line
}

/// How a session was resumed, in a word.
const fn resumption(how: Resumption) -> &'static str {
    match how {
        Resumption::SessionId => "session ID",
        Resumption::Ticket => "ticket",
    }
}

fn protocol(facts: &Facts, alpn: &[&[u8]]) -> Option<String> {
    let chosen = alpn.get(facts.alpn?.0)?;
    Some(one_line(&String::from_utf8_lossy(chosen)))
}

fn group_name(id: embertls::NamedGroup) -> String {
    let row = embertls::registry::groups::ALL.iter().find(|group| group.id == id);
    row.map_or_else(|| format!("{id:?}"), |group| group.name().to_owned())
}

fn scheme_name(id: embertls::SignatureScheme) -> String {
    let row = embertls::registry::schemes::ALL.iter().find(|scheme| scheme.id == id);
    row.map_or_else(|| format!("{id:?}"), |scheme| scheme.name.to_owned())
}

/// Text of a peer without anything that moves a terminal's cursor.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}
