//! The table: what is tried, with which peer, in which direction, and what must come of it.

use super::capability::Need;
use super::wire::Mischief;
use crate::peers::{self, Peer, SharedKey, Wishes, certificate_file, key_file};
use crate::relay::Faults;

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
    /// Some records of the greatest size both ways at once.
    SixtyKibibytes,
    /// 10 MiB both ways at once.
    TenMebibytes,
}

/// What must come of it.
#[derive(Clone, Debug)]
pub(crate) enum Expect {
    /// Handshake, data both ways byte for byte, an orderly close, and these members of the client's JSON.
    Exchange(Vec<(&'static str, String)>),
    /// The same over a network that loses: data both ways sooner or later.
    Survives(Vec<(&'static str, String)>),
    /// `ember` refuses, the peer prints this alert, and the client's exit code is this.
    EmberRefuses { alert: u8, exit: i32 },
    /// The peer refuses; `ember` names this alert.
    PeerRefuses { alert: &'static str },
    /// As many connections more, each of which the peer calls resumed, or none of them.
    Resumes { count: usize, resumed: bool },
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
    /// What the build of `ember` must have, or the cell waits.
    pub(crate) needs: Vec<Need>,
    /// One of many of its kind, of which a run may try a few only.
    pub(crate) sampled: bool,
    /// Options of `ember` beyond address, certificate and roots.
    pub(crate) options: Vec<String>,
    pub(crate) wire: Mischief,
    /// Of the network, where it has some.
    pub(crate) faults: Option<Faults>,
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

/// A cell for each peer and direction.
pub(super) struct Table(pub(super) Vec<Cell>);

impl Table {
    pub(super) fn row(&mut self, row: &str, build: impl Fn(&mut Cell)) {
        for peer in peers::ALL {
            for role in [Role::Client, Role::Server] {
                self.cell(row, peer, role, &build);
            }
        }
    }

    /// `ember` in one role only.
    pub(super) fn row_as(&mut self, role: Role, row: &str, build: impl Fn(&mut Cell)) {
        for peer in peers::ALL {
            self.cell(row, peer, role, &build);
        }
    }

    /// One peer in one direction; nothing when it does not play that side.
    pub(super) fn cell(&mut self, row: &str, peer: &'static Peer, role: Role, build: impl Fn(&mut Cell)) {
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
            needs: Vec::new(),
            sampled: false,
            options: Vec::new(),
            wire: Mischief::None,
            faults: None,
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
    pub(super) fn suite(&mut self, suite: &'static str) {
        self.wishes.suite = Some(suite);
        self.option("--suites", suite);
        self.fact("suite", suite);
        self.needs.push(Need::Suite(suite));
    }

    /// Both ends have this pre-shared key.
    pub(super) fn psk(&mut self, key: SharedKey) {
        self.wishes.psk = Some(key);
        self.option("--psk-identity", key.identity);
        self.option("--psk", key.hex);
    }

    /// Both ends offer this version only.
    pub(super) fn version(&mut self, version: &'static str) {
        self.wishes.version = version;
        self.option("--min", version);
        self.option("--max", version);
        self.needs_version(version);
        self.fact(
            "version",
            match version {
                "tls10" => "TLSv1.0",
                "tls11" => "TLSv1.1",
                _ => "TLSv1.2",
            },
        );
    }

    /// Both ends speak DTLS over UDP, and this version only.
    pub(super) fn datagrams(&mut self, version: &'static str) {
        self.wishes.version = version;
        self.wishes.datagrams = true;
        self.flag("--dtls");
        self.option("--min", version);
        self.option("--max", version);
        self.needs.push(Need::Feature("dtls"));
        self.needs_version(version);
        self.fact("version", if version == "tls11" { "DTLSv1.0" } else { "DTLSv1.2" });
    }

    pub(super) fn needs_version(&mut self, version: &'static str) {
        self.needs.push(Need::Feature(match version {
            "tls10" => "tls1-0",
            "tls11" => "tls1-1",
            _ => "tls1-2",
        }));
    }

    pub(super) fn option(&mut self, name: &'static str, value: &str) {
        self.flag(name);
        self.options.push(value.to_owned());
    }

    pub(super) fn flag(&mut self, name: &'static str) {
        self.needs.push(Need::Option(self.role, name));
        self.options.push(name.to_owned());
    }

    /// A certificate and its key, by their name in `testdata/certs`.
    pub(super) fn credential(&mut self, name: &str) {
        self.option("--cert", &certificate_file(name, "-chain.pem").display().to_string());
        self.option("--key", &key_file(name).display().to_string());
    }

    /// A member of the client's JSON.
    pub(super) fn fact(&mut self, name: &'static str, value: &str) {
        self.fact_is(name, format!("\"{value}\""));
    }

    pub(super) fn fact_is(&mut self, name: &'static str, value: String) {
        if let Expect::Exchange(facts) = &mut self.expect {
            facts.push((name, value));
        }
    }

    pub(super) fn ember_refuses(&mut self, alert: u8, exit: i32) {
        self.expect = Expect::EmberRefuses { alert, exit };
    }

    pub(super) fn peer_refuses(&mut self, alert: &'static str) {
        self.expect = Expect::PeerRefuses { alert };
    }
}
