//! Runs cells: starts both programs, lets data flow, and looks at what each end saw.

use super::capability::Capabilities;
use super::cells::{Cell, Expect, Payload, Role};
use super::lossy;
use super::wire::{self, Mischief};
use crate::peers::{
    Program, Running, Talk, Transport, Wishes, certificate_file, free_port, key_file, listens,
};
use crate::relay;
use crate::rng::Seeded;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What a cell came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it must be.
    Pass,
    /// Something else happened: what.
    Fail(String),
    /// The peer cannot do it, and says so in these words.
    PeerLacks(String),
    /// The build of `ember` does not have this yet.
    Waits(String),
}

/// For a program to start, to end, to say something.
const SOON: Duration = Duration::from_secs(15);
/// For 10 MiB both ways on a busy machine.
const DATA: Duration = Duration::from_secs(90);
/// How peers say that the port is another's.
const TAKEN: [&str; 2] = ["in use", "mbedtls_net_bind returned"];
/// Starts that are tried when another program took the port first.
const TRIES: usize = 3;

/// Runs all cells, a few at a time; the outcomes in the order of the cells.
///
/// # Errors
/// The scratch directory cannot be made.
pub fn run_all(
    cells: &[Cell],
    ember: &Path,
    build: &Capabilities,
    at_once: usize,
) -> std::io::Result<Vec<Outcome>> {
    let scratch = std::env::temp_dir().join(format!("embertls-interop-{}", std::process::id()));
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(vec![Outcome::Fail("not run".to_owned()); cells.len()]);
    std::fs::create_dir_all(&scratch)?;
    std::thread::scope(|scope| {
        for _ in 0..at_once.max(1) {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(cell) = cells.get(n) else { return };
                    let outcome = build
                        .lacking(cell)
                        .map_or_else(|| run(cell, ember, &scratch.join(n.to_string())), Outcome::Waits);
                    if let Ok(mut outcomes) = outcomes.lock()
                        && let Some(place) = outcomes.get_mut(n)
                    {
                        *place = outcome;
                    }
                }
            });
        }
    });
    let _ = std::fs::remove_dir_all(&scratch);
    Ok(outcomes.into_inner().unwrap_or_default())
}

fn run(cell: &Cell, ember: &Path, scratch: &Path) -> Outcome {
    let mut outcome = Ok(());
    for _ in 0..TRIES {
        outcome = attempt(cell, ember, scratch);
        // The port was free when it was chosen; on a busy machine another program may have been faster.
        let taken = matches!(&outcome, Err(failure) if TAKEN.iter().any(|words| failure.said_by_peer.contains(words)));
        if !taken {
            break;
        }
    }
    match ((cell.peer.lacks)(&cell.wishes), outcome) {
        (None, Ok(())) => Outcome::Pass,
        (None, Err(failure)) => Outcome::Fail(failure.why),
        (Some(lack), Err(failure)) if failure.said_by_peer.contains(lack) => {
            Outcome::PeerLacks(lack.to_owned())
        }
        (Some(lack), Err(failure)) => {
            Outcome::Fail(format!("the peer does not say '{lack}': {}", failure.why))
        }
        (Some(lack), Ok(())) => {
            Outcome::Fail(format!("passes, although the peer is said to lack it: {lack}"))
        }
    }
}

/// Why a cell failed, and all that the peer printed.
struct Failure {
    why: String,
    said_by_peer: String,
}

impl From<String> for Failure {
    fn from(why: String) -> Self {
        Self { said_by_peer: why.clone(), why }
    }
}

fn attempt(cell: &Cell, ember: &Path, scratch: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    let program =
        cell.peer.against(cell.role == Role::Client).ok_or("the peer does not play this side".to_owned())?;
    let (mut ends, sent) = match cell.role {
        Role::Client => start_client(cell, program, ember, scratch)?,
        Role::Server => start_server(cell, program, ember, scratch)?,
    };
    let outcome = match &cell.expect {
        Expect::Exchange(facts) => {
            exchange(cell, program.talk, &mut ends, &sent).and_then(|()| told(cell, &ends, facts))
        }
        Expect::Survives(facts) => {
            lossy::survives(cell, program.talk, &mut ends).and_then(|()| told(cell, &ends, facts))
        }
        Expect::EmberRefuses { alert, exit } => ember_refuses(cell, &mut ends, sent, *alert, *exit),
        Expect::PeerRefuses { alert } => peer_refuses(cell, &mut ends, sent, alert),
        Expect::Resumes { count, resumed } => resumes(cell, program.talk, &mut ends, sent, *count, *resumed),
    };
    outcome.map_err(|why| {
        ends.ember.end();
        ends.peer.end();
        let said_by_peer = said(&ends.peer);
        let (ember, peer) = (tail(&ends.ember.errors()), tail(&said_by_peer));
        Failure { why: format!("{why}\n  ember: {ember}\n  {}: {peer}", cell.peer.name), said_by_peer }
    })
}

/// All that a program printed; some have their log on standard output.
fn said(program: &Running) -> String {
    program.errors() + &String::from_utf8_lossy(&program.output())
}

/// Both programs, started.
pub(super) struct Ends {
    pub(super) ember: Running,
    pub(super) peer: Running,
}

/// What each end writes into its connection.
struct Sent {
    by_ember: Vec<u8>,
    by_peer: Vec<u8>,
}

fn started(command: Command) -> Result<Running, String> {
    Running::start(command).map_err(|error| error.to_string())
}

fn start_client(
    cell: &Cell,
    program: &Program,
    ember: &Path,
    scratch: &Path,
) -> Result<(Ends, Sent), String> {
    let transport = if cell.wishes.datagrams { Transport::Udp } else { Transport::Tcp };
    let port = free_port(transport).map_err(|error| error.to_string())?;
    let mut peer = started((program.command)(&cell.wishes, port, scratch))?;
    if !peer.wait_until(SOON, |_| listens(transport, port)) {
        peer.end();
        return Err(format!("the peer does not listen\n  {}", said(&peer)));
    }
    let port = behind_wire(cell, port)?;
    let mut command = Command::new(ember);
    command.args(["client", &format!("127.0.0.1:{port}"), "--json", "--no-default-roots"]);
    command.arg("--ca").arg(certificate_file(cell.wishes.roots, ".pem"));
    if cell.wishes.server_name.is_none() {
        command.args(["--server-name", "localhost"]);
    }
    command.args(&cell.options);
    let (a, b) = payloads(cell.payload, matches!(program.talk, Talk::Pipe));
    let sent = match program.talk {
        Talk::Echo => Sent { by_peer: a.clone(), by_ember: a },
        Talk::Pipe | Talk::Own { .. } | Talk::Http => Sent { by_ember: a, by_peer: b },
    };
    Ok((Ends { ember: started(command)?, peer }, sent))
}

fn start_server(
    cell: &Cell,
    program: &Program,
    ember: &Path,
    scratch: &Path,
) -> Result<(Ends, Sent), String> {
    let (a, _) = payloads(cell.payload, true);
    let mut command = Command::new(ember);
    command.args(["server", "--listen", "127.0.0.1:0"]);
    if serves_one(cell) {
        command.arg("--once");
    }
    if matches!(program.talk, Talk::Http) {
        let folder = scratch.join("www");
        std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(folder.join("data"), &a))
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        command.arg("--www").arg(folder);
    } else {
        command.arg("--echo");
    }
    if cell.wishes.is_certified() {
        command.arg("--cert").arg(chain_file(&cell.wishes));
        command.arg("--key").arg(key_file(cell.wishes.certificate));
    }
    command.args(&cell.options);
    let mut ember = started(command)?;
    if !ember.wait_until(SOON, |ember| listening_port(ember).is_some()) {
        return Err(format!("ember does not listen\n  {}", tail(&ember.errors())));
    }
    let port = behind_wire(cell, listening_port(&ember).unwrap_or_default())?;
    let peer = started((program.command)(&cell.wishes, port, scratch))?;
    Ok((Ends { ember, peer }, Sent { by_ember: a.clone(), by_peer: a }))
}

/// A closed port of UDP would be told to the peer before it reads the alert.
const fn serves_one(cell: &Cell) -> bool {
    match cell.expect {
        Expect::Resumes { .. } => false,
        Expect::EmberRefuses { .. } => !cell.wishes.datagrams,
        Expect::Exchange(_) | Expect::Survives(_) | Expect::PeerRefuses { .. } => true,
    }
}

fn chain_file(wishes: &Wishes) -> PathBuf {
    certificate_file(wishes.certificate, "-chain.pem")
}

/// From the line `listening on ADDR:PORT`.
fn listening_port(ember: &Running) -> Option<u16> {
    let printed = ember.errors() + &String::from_utf8_lossy(&ember.output());
    let (_, address) = printed.split_once("listening on ")?;
    let (address, _) = address.split_once(char::is_whitespace)?;
    address.rsplit_once(':')?.1.parse().ok()
}

fn behind_wire(cell: &Cell, port: u16) -> Result<u16, String> {
    if let Some(faults) = cell.faults {
        return relay::start(port, faults).map_err(|error| error.to_string());
    }
    if cell.wire == Mischief::None {
        return Ok(port);
    }
    wire::start(port, cell.wire).map_err(|error| error.to_string())
}

/// Two different payloads, of lines when a server reads lines only.
fn payloads(payload: Payload, any_bytes: bool) -> (Vec<u8>, Vec<u8>) {
    const MIB: usize = 1 << 20;
    const SIXTY_KIB: usize = 60 << 10;
    match payload {
        Payload::Lines => {
            (b"one line\nand another one\n".to_vec(), b"lines from the peer\nof another length\n".to_vec())
        }
        Payload::SixtyKibibytes => random(SIXTY_KIB, any_bytes),
        Payload::TenMebibytes => random(10 * MIB, any_bytes),
    }
}

fn random(len: usize, any_bytes: bool) -> (Vec<u8>, Vec<u8>) {
    if any_bytes {
        (Seeded::new(1).bytes(len), Seeded::new(2).bytes(len))
    } else {
        (base64_lines(len), Vec::new())
    }
}

/// About `len` random bytes in base64's alphabet, in lines of 64 with the line's end, so that records end with a line.
fn base64_lines(len: usize) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut rng = Seeded::new(3);
    let mut text = Vec::with_capacity(len);
    while text.len() < len {
        text.extend((1..64).filter_map(|_| ALPHABET.get(rng.below(64))));
        text.push(b'\n');
    }
    text
}

/// Data both ways, then an orderly close from the client.
fn exchange(cell: &Cell, talk: Talk, ends: &mut Ends, sent: &Sent) -> Result<(), String> {
    let limit = if cell.payload == Payload::TenMebibytes { DATA } else { SOON };
    match (talk, cell.role) {
        (Talk::Pipe | Talk::Echo, _) => through_pipes(cell, talk, ends, sent, limit),
        (Talk::Own { said, heard, waits }, Role::Client) => {
            with_own_answers(ends, sent, limit, said, heard, waits)
        }
        (Talk::Own { said, heard, .. }, Role::Server) => {
            finish(&mut ends.peer, "the client", limit)?;
            let log = ends.peer.output();
            let (count, size) = cell.wishes.messages;
            same(heard(&log).len(), count * size, "bytes that came back")?;
            same(heard(&log), said(&log), "what came back")?;
            finish(&mut ends.ember, "the server", SOON)
        }
        (Talk::Http, _) => {
            finish(&mut ends.peer, "the client", limit)?;
            same(ends.peer.output(), sent.by_ember.clone(), "the file")?;
            finish(&mut ends.ember, "the server", SOON)
        }
    }
}

/// The program ends by itself, and content.
pub(super) fn finish(program: &mut Running, name: &str, limit: Duration) -> Result<(), String> {
    let status = program.wait(limit).ok_or_else(|| format!("{name} does not end"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} ends with {status}")) }
}

fn same<T: PartialEq>(seen: T, wanted: T, what: &str) -> Result<(), String> {
    if seen == wanted { Ok(()) } else { Err(format!("{what}: not as sent")) }
}

fn through_pipes(
    cell: &Cell,
    talk: Talk,
    ends: &mut Ends,
    sent: &Sent,
    limit: Duration,
) -> Result<(), String> {
    let Ends { ember, peer } = ends;
    let (client, client_sends, client_gets, server) = match cell.role {
        Role::Client => (ember, &sent.by_ember, &sent.by_peer, peer),
        Role::Server => (peer, &sent.by_peer, &sent.by_ember, ember),
    };
    let speaks = cell.role == Role::Client && matches!(talk, Talk::Pipe);
    let feeding = client.feed(client_sends.clone());
    let server_feeding = speaks.then(|| server.feed(client_gets.clone()));
    if !client.wait_until(limit, |client| client.output_len() >= client_gets.len()) {
        return Err(format!("the client got {} of {} bytes", client.output_len(), client_gets.len()));
    }
    if speaks && !server.wait_until(limit, |server| server.output_len() >= client_sends.len()) {
        return Err(format!("the server got {} of {} bytes", server.output_len(), client_sends.len()));
    }
    client.end_input(feeding);
    finish(client, "the client", SOON)?;
    same(&client.output(), client_gets, "what the client got")?;
    if speaks {
        same(&server.output(), client_sends, "what the server got")?;
    }
    if let Some(feeding) = server_feeding {
        server.end_input(feeding);
    }
    // A server for one connection ends by itself; gnutls-serv goes on for ever.
    if cell.role == Role::Server || speaks { finish(server, "the server", SOON) } else { Ok(()) }
}

/// `ember` sends, the server answers each message that ends a line with a text of its own, and goes on for ever.
fn with_own_answers(
    ends: &mut Ends,
    sent: &Sent,
    limit: Duration,
    said: fn(&[u8]) -> Vec<u8>,
    heard: fn(&[u8]) -> Vec<u8>,
    waits: &str,
) -> Result<(), String> {
    let Ends { ember, peer } = ends;
    let feeding = ember.feed(sent.by_ember.clone());
    let last = sent.by_ember.split_inclusive(|byte| *byte == b'\n').next_back().unwrap_or_default();
    let last = String::from_utf8_lossy(last);
    let answered = |log: &str| log.rsplit_once(&*last).is_some_and(|(_, later)| later.contains(waits));
    if !peer.wait_until(limit, |peer| answered(&peer.last_output())) {
        return Err("the server does not read all".to_owned());
    }
    let answers = said(&peer.output());
    if !ember.wait_until(limit, |ember| ember.output_len() >= answers.len()) {
        return Err(format!("the client got {} of {} bytes", ember.output_len(), answers.len()));
    }
    ember.end_input(feeding);
    finish(ember, "the client", SOON)?;
    if !peer.wait_until(SOON, |peer| peer.last_output().contains("closed gracefully")) {
        return Err("the server does not tell of an orderly close".to_owned());
    }
    same(ember.output(), answers, "what the client got")?;
    same(heard(&peer.output()), sent.by_ember.clone(), "what the server got")
}

/// The client's JSON, or the line of the server's log, has the facts.
fn told(cell: &Cell, ends: &Ends, facts: &[(&'static str, String)]) -> Result<(), String> {
    let report = ends.ember.errors();
    let logs = |word: &str| report.split([' ', ',']).any(|logged| logged == word);
    let missing = facts.iter().find(|(name, value)| match (cell.role, value.as_str()) {
        (Role::Client, value) => !report.contains(&format!("\"{name}\":{value}")),
        (Role::Server, "true") => !logs(name),
        (Role::Server, "false") => logs(name),
        (Role::Server, value) => !logs(value.trim_matches('"')),
    });
    missing.map_or(Ok(()), |(name, value)| Err(format!("ember does not report {name} {value}")))
}

/// Several connections; how many of them are resumed is for the peer to say.
fn resumes(
    cell: &Cell,
    talk: Talk,
    ends: &mut Ends,
    sent: Sent,
    count: usize,
    resumed: bool,
) -> Result<(), String> {
    let Ends { ember, peer } = ends;
    let client = if cell.role == Role::Client { &mut *ember } else { &mut *peer };
    let data = if cell.role == Role::Client { sent.by_ember } else { sent.by_peer };
    // gnutls-serv says nothing about it over UDP; what ember says is all there is.
    let told_by_ember = cell.wishes.datagrams && cell.role == Role::Client && cell.peer.name == "gnutls";
    let wanted = match (resumed, cell.role) {
        (false, _) => 0,
        (true, Role::Client) => count,
        (true, Role::Server) => cell.peer.client_resumes,
    };
    let feeding = client.feed(data.clone());
    if cell.role == Role::Server && matches!(talk, Talk::Pipe) {
        // The echo on the last connection; before, OpenSSL's client would take the input's end for its own.
        let echoed = |client: &Running| client.output().windows(data.len()).any(|bytes| bytes == data);
        if !client.wait_until(SOON, echoed) {
            return Err("the client does not get its data back".to_owned());
        }
    }
    client.end_input(feeding);
    finish(client, "the client", SOON)?;
    // What the peer printed last may still be on its way.
    let (teller, text) =
        if told_by_ember { (ember, "\"resumed\":true") } else { (peer, cell.peer.resumed_text) };
    let seen = |teller: &Running| said(teller).matches(text).count();
    teller.wait_until(SOON, |teller| !resumed || seen(teller) >= wanted);
    let seen = seen(teller);
    if seen == wanted { Ok(()) } else { Err(format!("{seen} connections resumed, not {wanted}")) }
}

fn ember_refuses(cell: &Cell, ends: &mut Ends, sent: Sent, alert: u8, exit: i32) -> Result<(), String> {
    let text = (cell.peer.alert_text)(alert);
    let sent = if cell.wishes.renegotiates { ask_for_renegotiation(cell, ends, sent) } else { sent };
    let feeding = [ends.ember.feed(sent.by_ember), ends.peer.feed(sent.by_peer)];
    let seen = ends.peer.wait_until(SOON, |peer| said(peer).contains(&text));
    feeding.into_iter().for_each(Running::end_input_after);
    if !seen {
        return Err(format!("the peer does not tell of alert {alert}"));
    }
    if cell.role == Role::Server && !serves_one(cell) {
        return Ok(());
    }
    let status = ends.ember.wait(SOON).ok_or("ember does not end")?;
    match (cell.role, status.code()) {
        (Role::Client, Some(code)) if code == exit => Ok(()),
        (Role::Client, _) => Err(format!("ember ends with {status}, not with {exit}")),
        (Role::Server, _) => Ok(()),
    }
}

/// What OpenSSL's programs read as commands, the server's only when the handshake is complete.
fn ask_for_renegotiation(cell: &Cell, ends: &mut Ends, sent: Sent) -> Sent {
    let command: &[u8] = match cell.role {
        Role::Client => b"r\n",
        Role::Server => b"R\n",
    };
    if cell.role == Role::Client {
        let connected = |peer: &Running| String::from_utf8_lossy(&peer.output()).contains("CIPHER is");
        let _ = ends.peer.wait_until(SOON, connected);
    }
    Sent { by_peer: command.to_vec(), ..sent }
}

fn peer_refuses(cell: &Cell, ends: &mut Ends, sent: Sent, alert: &str) -> Result<(), String> {
    let feeding = [ends.ember.feed(sent.by_ember), ends.peer.feed(sent.by_peer)];
    let told = ends.ember.wait_until(SOON, |ember| {
        let report = ember.errors();
        report.contains("alert") && report.contains(alert)
    });
    feeding.into_iter().for_each(Running::end_input_after);
    if !told {
        return Err(format!("ember does not tell of an alert {alert}"));
    }
    let status = ends.ember.wait(SOON).ok_or("ember does not end")?;
    if cell.role == Role::Client && status.code() != Some(1) {
        return Err(format!("ember ends with {status}, not with 1"));
    }
    Ok(())
}

/// The last lines, on one line.
fn tail(text: &str) -> String {
    const MOST: usize = 900;
    let lines: Vec<&str> = text.lines().rev().take(6).collect();
    let joined = lines.into_iter().rev().collect::<Vec<_>>().join(" / ");
    let skip = joined.chars().count().saturating_sub(MOST);
    joined.chars().skip(skip).collect()
}
