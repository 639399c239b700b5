//! `sample HOST:PORT PATH [ROOTS]`: the manual's sample client. It says each step and what memory the TLS stack has
//! at each, fetches a page over HTTP/1.0, prints it on standard output and closes.
//!
//! What is counted is the heap that EmberTLS uses on this thread; the two record buffers are the caller's own and are
//! given apart.

use embertls::{ClientConfig, Peer, ServerName, TrustAnchor, registry::profiles};
use io::{
    System,
    blocking::{Parts, Stream},
    clock::Clock,
    os_entropy,
};
use std::{
    error::Error,
    io::{Read, Write},
    net::TcpStream,
    process::ExitCode,
    time::Instant,
};
use testkit::allocator::{self, Counting};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("It failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn memory(when: &str) {
    let counts = allocator::counts();
    eprintln!(
        "Memory {when}: {} bytes of heap in use, {} at most, {} allocations.",
        counts.live, counts.peak, counts.allocations
    );
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (target, path, roots) = match arguments.as_slice() {
        [target, path] => (target, path, None),
        [target, path, roots] => (target, path, Some(roots)),
        _ => return Err("usage: sample HOST:PORT PATH [ROOTS]".into()),
    };
    let host = target.rsplit_once(':').ok_or("the first argument is HOST:PORT")?.0;
    eprintln!("EmberTLS sample client.");
    let ders = roots.map(certificates).transpose()?;
    let own = ders.as_deref().map(trust_anchors).transpose()?;
    let anchors: &[TrustAnchor<'_>] = own.as_deref().unwrap_or(certs::DEFAULT);
    eprintln!("Roots: {}, {}.", anchors.len(), if own.is_some() { "from the file" } else { "built in" });
    let config = ClientConfig::new(&profiles::DEFAULT, anchors);
    let peer = Peer::Named(ServerName::parse(host).ok_or("the host is no name")?);
    let (mut receive, mut transmit) = ([0; io::limits::MAX_RECORD_BYTES], [0; 2048]);
    allocator::reset();
    memory("before the handshake");
    let start = Instant::now();
    let rng = allocator::watched(|| os_entropy::seeded(b"sample"))?;
    eprintln!("The random generator is seeded by the operating system.");
    let socket = TcpStream::connect(target)?;
    eprintln!("Connected to {target}; the handshake starts after {:.3} ms.", milliseconds(start));
    let start = Instant::now();
    let world = System { rng, clock: Clock::system() };
    let parts = Parts::new(world, &mut receive, &mut transmit);
    let mut stream = allocator::watched(|| Stream::client(&config, peer, socket, parts))?;
    allocator::watched(|| stream.handshake())?;
    eprintln!("The handshake is complete after {:.3} ms.", milliseconds(start));
    let facts = stream.facts().ok_or("there is no result")?;
    let verified = facts.verdict.is_some_and(|verdict| verdict.flags.is_empty());
    eprintln!("The certificate of {host} is {}.", if verified { "verified" } else { "not verified" });
    eprintln!("Both sides use {} with {}.", facts.version.display, facts.suite.name);
    memory("after the handshake");
    let size = size_of_val(&stream);
    eprintln!(
        "The stream itself has {size} bytes; the caller's record buffers have {} and 2048.",
        io::limits::MAX_RECORD_BYTES
    );
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: EmberTLS sample\r\n\r\n")?;
    eprintln!("The request is written.");
    let mut answer = Vec::new();
    let mut chunk = [0; 1024];
    loop {
        let n = allocator::watched(|| stream.read(&mut chunk))?;
        if n == 0 {
            break;
        }
        answer.extend_from_slice(chunk.get(..n).unwrap_or_default());
    }
    let end = answer.windows(4).position(|at| at == b"\r\n\r\n").ok_or("the answer has no head")? + 4;
    let (head, body) = answer.split_at_checked(end).unwrap_or_default();
    for line in String::from_utf8_lossy(head).lines().take(1) {
        eprintln!("The answer: {line}");
    }
    std::io::stdout().write_all(body)?;
    allocator::watched(|| stream.close())?;
    eprintln!("Both sides have closed; {} bytes of page came.", body.len());
    Ok(())
}

/// The certificates of a PEM file.
fn certificates(path: &String) -> Result<Vec<memory::Bytes>, Box<dyn Error>> {
    let file = std::fs::read(path)?;
    let blocks = pki::pem::blocks(&file).map(|block| block.and_then(|block| block.decode()));
    Ok(blocks.collect::<Result<_, _>>()?)
}

fn trust_anchors(ders: &[memory::Bytes]) -> Result<Vec<TrustAnchor<'_>>, x509::Error> {
    ders.iter().map(|der| TrustAnchor::decode(der)).collect()
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
