//! The table: what is tried, with which peer, in which direction, and what must come of it.

use super::wire::{From, Mischief};
use crate::peers::{self, Peer, Talk, Wishes};

/// What `ember` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `ember client` against the peer's server.
    Client,
    /// `ember server` against the peer's client.
    Server,
}

/// What flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    /// A few lines both ways.
    Lines,
    /// 10 MiB both ways at once.
    TenMebibytes,
}

/// What must come of it.
#[derive(Clone, Debug)]
pub(crate) enum Expect {
    /// Handshake, data both ways byte for byte, an orderly close, and these members of the client's JSON.
    Exchange(Vec<(&'static str, String)>),
    /// `ember` refuses, the peer prints this alert, and the client's exit code is this.
    EmberRefuses { alert: u8, exit: i32 },
    /// The peer refuses; `ember` names this alert.
    PeerRefuses { alert: &'static str },
}

/// One cell of the table.
#[derive(Clone)]
pub struct Cell {
    /// What it is about: the row.
    pub row: String,
    /// What `ember` is.
    pub role: Role,
    /// Who is at the other end.
    pub peer: &'static Peer,
    pub(crate) wishes: Wishes,
    /// Options of `ember` beyond address, certificate and roots.
    pub(crate) options: Vec<String>,
    pub(crate) wire: Mischief,
    pub(crate) payload: Payload,
    pub(crate) expect: Expect,
}

impl Cell {
    /// Row, direction and peer in one line.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} | {}", self.row, self.column())
    }

    /// Direction and peer.
    #[must_use]
    pub fn column(&self) -> String {
        let role = match self.role {
            Role::Client => "client",
            Role::Server => "server",
        };
        format!("ember {role}, {}", self.peer.name)
    }
}

/// The suites of RFC 5246, 5288, 5289 and 8422 that this stack has.
const SUITES: [&str; 18] = [
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA256",
    "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
];
const GCM_RSA: &str = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
const GCM_ECDSA: &str = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
const CBC_RSA: &str = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256";
const CBC_SHA_RSA: &str = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA";
const KEY_TRANSPORT: &str = "TLS_RSA_WITH_AES_128_CBC_SHA";

/// Certificates whose key fits the suite.
const fn certificates(suite: &str) -> &'static [&'static str] {
    // "TLS_ECDHE_E..." is ECDSA.
    match suite.as_bytes() {
        [b'T', b'L', b'S', b'_', b'E', b'C', b'D', b'H', b'E', b'_', b'E', ..] => &["p256", "p384"],
        _ => &["rsa"],
    }
}

/// A cell for each peer and direction.
struct Table(Vec<Cell>);

impl Table {
    fn row(&mut self, row: &str, build: impl Fn(&mut Cell)) {
        for peer in peers::ALL {
            for role in [Role::Client, Role::Server] {
                self.cell(row, peer, role, &build);
            }
        }
    }

    /// `ember` in one role only.
    fn row_as(&mut self, role: Role, row: &str, build: impl Fn(&mut Cell)) {
        for peer in peers::ALL {
            self.cell(row, peer, role, &build);
        }
    }

    fn cell(&mut self, row: &str, peer: &'static Peer, role: Role, build: impl Fn(&mut Cell)) {
        if peer.against(role == Role::Client).is_none() {
            return;
        }
        let wishes =
            Wishes { server_name: (role == Role::Server).then_some("localhost"), ..Wishes::default() };
        let mut cell = Cell {
            row: row.to_owned(),
            role,
            peer,
            wishes,
            options: Vec::new(),
            wire: Mischief::None,
            payload: Payload::Lines,
            expect: Expect::Exchange(Vec::new()),
        };
        build(&mut cell);
        cell.wishes.tells_alerts = matches!(cell.expect, Expect::EmberRefuses { .. });
        self.0.push(cell);
    }
}

impl Cell {
    /// Both ends offer this suite only.
    fn suite(&mut self, suite: &'static str) {
        self.wishes.suite = Some(suite);
        self.option("--suites", suite);
        self.fact("suite", suite);
    }

    fn option(&mut self, name: &str, value: &str) {
        self.options.extend([name.to_owned(), value.to_owned()]);
    }

    fn flag(&mut self, name: &str) {
        self.options.push(name.to_owned());
    }

    /// A member of the client's JSON.
    fn fact(&mut self, name: &'static str, value: &str) {
        self.fact_is(name, format!("\"{value}\""));
    }

    fn fact_is(&mut self, name: &'static str, value: String) {
        if let Expect::Exchange(facts) = &mut self.expect {
            facts.push((name, value));
        }
    }

    fn ember_refuses(&mut self, alert: u8, exit: i32) {
        self.expect = Expect::EmberRefuses { alert, exit };
    }

    fn peer_refuses(&mut self, alert: &'static str) {
        self.expect = Expect::PeerRefuses { alert };
    }
}

/// Every cell.
#[must_use]
pub fn all() -> Vec<Cell> {
    let mut table = Table(Vec::new());
    suites(&mut table);
    two_certificates(&mut table);
    extensions(&mut table);
    groups_and_schemes(&mut table);
    data(&mut table);
    refused_certificates(&mut table);
    nothing_in_common(&mut table);
    damage(&mut table);
    renegotiation(&mut table);
    table.0
}

fn suites(table: &mut Table) {
    for suite in SUITES {
        for certificate in certificates(suite) {
            table.row(&format!("{suite} ({certificate})"), |cell| {
                cell.suite(suite);
                cell.wishes.certificate = certificate;
                cell.fact("version", "TLSv1.2");
            });
        }
    }
}

/// A server with two certificates takes the one that serves the suite.
fn two_certificates(table: &mut Table) {
    for (suite, second) in [(GCM_ECDSA, "p256"), (GCM_RSA, "p256"), (GCM_ECDSA, "p384")] {
        table.row_as(Role::Server, &format!("two certificates, rsa and {second}: {suite}"), |cell| {
            cell.wishes.suite = Some(suite);
            cell.fact("suite", suite);
            let file = |ending| peers::certificate_file(second, ending).display().to_string();
            cell.option("--cert", &file("-chain.pem"));
            cell.option("--key", &file(".key"));
        });
    }
}

fn extensions(table: &mut Table) {
    table.row("ALPN, the second protocol in common", |cell| {
        cell.suite(GCM_RSA);
        cell.wishes.alpn = &["http/1.1"];
        cell.option("--alpn", "h2,http/1.1");
        cell.fact("alpn", "http/1.1");
    });
    table.row("server name", |cell| {
        cell.suite(GCM_RSA);
        cell.wishes.server_name = Some("ember.test");
        cell.wishes.expected_name = "ember.test";
        if cell.role == Role::Client {
            cell.option("--server-name", "ember.test");
        }
    });
    table.row_as(Role::Server, "no server name", |cell| {
        cell.suite(GCM_RSA);
        cell.wishes.server_name = None;
    });
    for (row, suite) in [("GCM", GCM_RSA), ("key transport", KEY_TRANSPORT)] {
        table.row(&format!("extended master secret on ({row})"), |cell| {
            cell.suite(suite);
            cell.fact_is("ems", "true".to_owned());
        });
        table.row(&format!("extended master secret off at ember ({row})"), |cell| {
            cell.suite(suite);
            cell.flag("--no-ems");
            cell.fact_is("ems", "false".to_owned());
        });
        table.row(&format!("extended master secret off at the peer ({row})"), |cell| {
            cell.suite(suite);
            cell.wishes.extended_master_secret = false;
            cell.fact_is("ems", "false".to_owned());
        });
    }
    for suite in [CBC_RSA, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", KEY_TRANSPORT] {
        table.row(&format!("encrypt-then-MAC on ({suite})"), |cell| {
            cell.suite(suite);
            cell.fact_is("etm", "true".to_owned());
        });
        table.row(&format!("encrypt-then-MAC off at ember ({suite})"), |cell| {
            cell.suite(suite);
            cell.flag("--no-etm");
            cell.fact_is("etm", "false".to_owned());
        });
        table.row(&format!("encrypt-then-MAC off at the peer ({suite})"), |cell| {
            cell.suite(suite);
            cell.wishes.encrypt_then_mac = false;
            cell.fact_is("etm", "false".to_owned());
        });
    }
}

fn groups_and_schemes(table: &mut Table) {
    for group in ["x25519", "secp256r1", "secp384r1"] {
        table.row(&format!("group {group} at both ends"), |cell| {
            cell.suite(GCM_RSA);
            cell.wishes.group = Some(group);
            cell.option("--groups", group);
            cell.fact("group", group);
        });
        table.row(&format!("group {group} at the peer only"), |cell| {
            cell.suite(GCM_RSA);
            cell.wishes.group = Some(group);
            cell.fact("group", group);
        });
    }
    for (scheme, suite, certificate) in [
        ("rsa_pkcs1_sha256", GCM_RSA, "rsa"),
        ("rsa_pkcs1_sha384", GCM_RSA, "rsa"),
        ("rsa_pkcs1_sha512", GCM_RSA, "rsa"),
        ("ecdsa_secp256r1_sha256", GCM_ECDSA, "p256"),
        ("ecdsa_secp384r1_sha384", GCM_ECDSA, "p384"),
        ("ecdsa_secp521r1_sha512", GCM_ECDSA, "p256"),
    ] {
        table.row(&format!("signature {scheme}"), |cell| {
            cell.suite(suite);
            cell.wishes.certificate = certificate;
            // The server's own choice is what is tested; a client says what it takes by its own list.
            match cell.role {
                Role::Client => cell.option("--sigalgs", scheme),
                Role::Server => cell.wishes.scheme = Some(scheme),
            }
            cell.fact("signature_scheme", scheme);
        });
    }
}

fn data(table: &mut Table) {
    for (row, suite, certificate) in [
        ("ECDHE_RSA GCM", GCM_RSA, "rsa"),
        ("ECDHE_ECDSA GCM", GCM_ECDSA, "p256"),
        ("ECDHE_RSA CBC", CBC_RSA, "rsa"),
        ("RSA CBC", KEY_TRANSPORT, "rsa"),
    ] {
        table.row(&format!("one-byte writes ({row})"), |cell| {
            cell.suite(suite);
            cell.wishes.certificate = certificate;
            cell.wire = Mischief::OneByteWrites;
        });
    }
    for (row, suite, etm) in
        [("GCM", GCM_RSA, true), ("CBC", CBC_RSA, false), ("CBC, encrypt-then-MAC", CBC_RSA, true)]
    {
        for (peer, role) in peers::ALL.iter().flat_map(|peer| [(*peer, Role::Client), (*peer, Role::Server)])
        {
            let how = match peer.against(role == Role::Client).map(|program| program.talk) {
                Some(Talk::Http) => "as one file",
                Some(Talk::Own { .. }) if role == Role::Server => "both ways by turns",
                _ => "both ways at once",
            };
            table.cell(&format!("10 MiB {how} ({row})"), peer, role, |cell| {
                cell.suite(suite);
                cell.payload = Payload::TenMebibytes;
                cell.wishes.messages = (640, 16384);
                if !etm {
                    cell.flag("--no-etm");
                }
            });
        }
    }
    table.row("a chain of 12 KiB", |cell| {
        cell.suite(GCM_RSA);
        cell.wishes.certificate = "long";
    });
}

fn refused_certificates(table: &mut Table) {
    /// Where RFC 5246 section 7.2.2 names no alert, the one that `error.rs` documents.
    const CASES: [(&str, &str, u8, &str); 7] = [
        ("unknown CA", "stranger", 48, "unknown_ca"),
        ("wrong name", "wrong-name", 42, "bad_certificate"),
        ("expired", "expired", 45, "certificate_expired"),
        ("not yet valid", "future", 45, "certificate_expired"),
        ("wrong key usage", "wrong-key-usage", 43, "unsupported_certificate"),
        ("wrong extended key usage", "wrong-ext-key-usage", 43, "unsupported_certificate"),
        ("unknown CA, key transport", "stranger", 48, "unknown_ca"),
    ];
    for (row, certificate, alert, name) in CASES {
        table.row_as(Role::Client, &format!("{row}: {name} to the peer"), |cell| {
            cell.suite(if row.ends_with("key transport") { KEY_TRANSPORT } else { GCM_RSA });
            cell.wishes.certificate = certificate;
            cell.ember_refuses(alert, 3);
        });
    }
    for certificate in ["stranger", "expired", "wrong-name"] {
        for peer in peers::ALL {
            // curl looks at the name when the handshake is over, and tells nobody.
            if certificate == "wrong-name" && peer.name == "curl" {
                continue;
            }
            let row = format!("the peer refuses a certificate ({certificate})");
            table.cell(&row, peer, Role::Server, |cell| {
                cell.suite(GCM_RSA);
                cell.wishes.certificate = certificate;
                cell.peer_refuses("");
            });
        }
    }
}

fn nothing_in_common(table: &mut Table) {
    table.row_as(Role::Server, "no common suite: handshake_failure to the peer", |cell| {
        cell.wishes.suite = Some(CBC_RSA);
        cell.option("--suites", GCM_RSA);
        cell.ember_refuses(40, 1);
    });
    table.row_as(Role::Client, "no common suite: handshake_failure from the peer", |cell| {
        cell.wishes.suite = Some(CBC_RSA);
        cell.option("--suites", GCM_RSA);
        cell.peer_refuses("handshake_failure");
    });
    for version in ["tls11", "tls10"] {
        table.row(&format!("no common version, {version}: protocol_version to the peer"), |cell| {
            cell.suite(CBC_SHA_RSA);
            cell.wishes.version = version;
            cell.option("--min", "tls12");
            cell.ember_refuses(70, 1);
        });
    }
    // A client of TLS 1.3 alone says 1.2 where a server of TLS 1.2 looks (RFC 8446 section 4.1.2), and has no suite of it.
    table.row_as(Role::Server, "no common version, tls13: handshake_failure to the peer", |cell| {
        cell.wishes.version = "tls13";
        cell.ember_refuses(40, 1);
    });
    table.row_as(Role::Client, "no common version, tls13: the peer's alert is reported", |cell| {
        cell.wishes.version = "tls13";
        cell.peer_refuses(if cell.peer.name == "gnutls" { "handshake_failure" } else { "protocol_version" });
    });
    table.row_as(Role::Server, "no common group: handshake_failure to the peer", |cell| {
        cell.suite(GCM_RSA);
        cell.wishes.group = Some("secp384r1");
        cell.option("--groups", "x25519");
        cell.ember_refuses(40, 1);
    });
}

fn damage(table: &mut Table) {
    for (row, suite) in [("GCM", GCM_RSA), ("CBC", CBC_RSA), ("CBC without encrypt-then-MAC", CBC_RSA)] {
        let no_etm = row.ends_with("encrypt-then-MAC");
        let build = move |cell: &mut Cell| {
            cell.suite(suite);
            if no_etm {
                cell.flag("--no-etm");
            }
            let peer = match cell.role {
                Role::Client => From::Server,
                Role::Server => From::Client,
            };
            cell.wire = Mischief::DamagedRecord(peer);
            cell.ember_refuses(20, 1);
        };
        table.row(&format!("damaged record ({row}): bad_record_mac to the peer"), build);
        table.row(&format!("damaged Finished record ({row}): bad_record_mac to the peer"), |cell| {
            build(cell);
            if let Mischief::DamagedRecord(from) = cell.wire {
                cell.wire = Mischief::DamagedFinishedRecord(from);
            }
        });
    }
    // The client's Finished is the first that a server sees: the end that finds out is the server.
    for (row, suite) in [("ECDHE", GCM_RSA), ("key transport", KEY_TRANSPORT)] {
        table.row_as(Role::Server, &format!("wrong Finished ({row}): decrypt_error to the peer"), |cell| {
            cell.suite(suite);
            cell.flag("--no-ems");
            cell.wire = Mischief::OtherTranscript;
            cell.ember_refuses(51, 1);
        });
        table.row_as(
            Role::Client,
            &format!("wrong Finished ({row}): the peer's alert is reported"),
            |cell| {
                cell.suite(suite);
                cell.flag("--no-ems");
                cell.wire = Mischief::OtherTranscript;
                cell.peer_refuses("");
            },
        );
    }
}

/// RFC 5246 section 7.2.2: refused by a warning. Most peers then end the connection, GnuTLS's client after many tries.
fn renegotiation(table: &mut Table) {
    let build = |cell: &mut Cell| {
        cell.suite(GCM_RSA);
        cell.wishes.renegotiates = true;
        // mbedTLS goes on without what was refused.
        cell.ember_refuses(100, if cell.peer.name == "mbedtls" { 0 } else { 1 });
    };
    // gnutls-serv asks only when a client's certificate is wanted; Python and curl never ask.
    for (peer, role) in [
        (&peers::openssl::OPENSSL, Role::Client),
        (&peers::openssl::OPENSSL, Role::Server),
        (&peers::gnutls::GNUTLS, Role::Server),
        (&peers::mbedtls::MBEDTLS, Role::Client),
        (&peers::mbedtls::MBEDTLS, Role::Server),
    ] {
        table.cell("renegotiation: no_renegotiation to the peer", peer, role, build);
    }
}
