//! Two programs over a network that loses: a handshake, and data both ways until some has come.

use super::cells::{Cell, Role};
use super::run::{Ends, finish};
use crate::peers::{Running, Talk};
use std::time::{Duration, Instant};

/// For a handshake of which every other flight is lost, at one second for the first and two for the next.
const PATIENCE: Duration = Duration::from_secs(90);
/// Between messages: what comes before the handshake is complete at the other end may be dropped.
const PAUSE: Duration = Duration::from_millis(700);
/// A message.
const LINE: &[u8] = b"is anybody there?\n";

/// Both ends get what the other one sends, as it was sent; the client closes in order.
pub(super) fn survives(cell: &Cell, talk: Talk, ends: &mut Ends) -> Result<(), String> {
    let Ends { ember, peer } = ends;
    match (cell.role, talk) {
        (Role::Client, Talk::Pipe) => {
            talks(ember, Some(peer), heard_both)?;
            only_lines(&peer.output(), "what the server got")
        }
        (Role::Client, Talk::Echo) => {
            talks(ember, Some(peer), |ember, _| ember.output_len() > 0)?;
            only_lines(&ember.output(), "what the client got")
        }
        (Role::Client, Talk::Own { heard, .. }) => {
            talks(ember, Some(peer), |ember, _| ember.output_len() > 0)?;
            only_lines(&heard(&peer.output()), "what the server got")
        }
        (Role::Server, Talk::Pipe) => {
            talks(peer, None, |client, _| client.output_len() > 0)?;
            only_lines(&peer.output(), "what the client got")?;
            finish(ember, "the server", PATIENCE)
        }
        (Role::Server, Talk::Own { heard, .. }) => {
            finish(peer, "the client", PATIENCE)?;
            finish(ember, "the server", PATIENCE)?;
            if heard(&peer.output()).is_empty() { Err("the client got nothing".to_owned()) } else { Ok(()) }
        }
        (_, Talk::Echo | Talk::Http) => Err("there is no such program for datagrams".to_owned()),
    }
}

fn heard_both(client: &Running, server: Option<&Running>) -> bool {
    client.output_len() > 0 && server.is_none_or(|server| server.output_len() > 0)
}

/// The client, and a server that reads its input, say the line again and again until they are content; then the client
/// ends.
fn talks(
    client: &mut Running,
    mut server: Option<&mut Running>,
    content: impl Fn(&Running, Option<&Running>) -> bool,
) -> Result<(), String> {
    let start = Instant::now();
    while !content(client, server.as_deref()) {
        if start.elapsed() > PATIENCE {
            return Err("no data both ways".to_owned());
        }
        client.write(LINE);
        if let Some(server) = &mut server {
            server.write(LINE);
        }
        let server = server.as_deref();
        client.wait_until(PAUSE, |client| content(client, server));
    }
    client.close_input();
    finish(client, "the client", PATIENCE)
}

/// Whole lines and nothing else.
fn only_lines(seen: &[u8], what: &str) -> Result<(), String> {
    let well = !seen.is_empty() && seen.chunks(LINE.len()).all(|line| line == LINE);
    if well { Ok(()) } else { Err(format!("{what}: not as sent")) }
}
