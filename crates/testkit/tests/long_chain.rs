//! A 12-KiB chain in one record from a real `openssl s_server`, on a receive buffer of 2 KiB that never grows.

use embertls::{Event, registry};
use embertls_testkit::{
    allocator,
    credentials::{chain, client_config, only_suite, server_name},
    pair::{End, Setup},
    peers::{self, Running, Transport, Wishes, free_port, listens},
};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

const RECEIVE_BUFFER_BYTES: usize = 2048;
/// What the handshake may hold besides the certificate that it looks at.
const BESIDE_THE_CERTIFICATE_BYTES: usize = 4096;

#[test]
fn a_chain_of_12_kib_streams_through_a_buffer_of_2_kib() {
    let scratch = std::env::temp_dir().join(format!("embertls-long-chain-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).unwrap();
    let port = free_port(Transport::Tcp).unwrap();
    let suite = &registry::suites::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
    let wishes = Wishes { suite: Some(suite.name), certificate: "long", ..Wishes::default() };
    let mut server =
        Running::start((peers::openssl::OPENSSL.server.as_ref().unwrap().command)(&wishes, port, &scratch))
            .unwrap();
    assert!(
        server.wait_until(Duration::from_secs(20), |_| listens(Transport::Tcp, port)),
        "{}",
        server.errors()
    );
    let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();

    let config = client_config(only_suite(suite));
    let certificates = chain("long");
    let largest = certificates.iter().map(|certificate| certificate.len()).max().unwrap();
    let whole: usize = certificates.iter().map(|certificate| certificate.len() + 3).sum();
    assert!(whole >= 12 * 1024, "the chain has {whole} bytes");

    allocator::reset();
    let setup =
        Setup { receive_buffer: RECEIVE_BUFFER_BYTES, send_buffer: RECEIVE_BUFFER_BYTES, ..Setup::new(1) };
    let mut client = End::client(config, server_name("localhost"), setup);
    let mut seen = Vec::new();
    let mut arrived = [0; 512];
    while !client.is_connected() {
        socket.write_all(&client.transmit()).unwrap();
        if client.step() {
            continue;
        }
        assert_eq!(client.error, None);
        let len = socket.read(&mut arrived).unwrap();
        assert_ne!(len, 0, "the server closed: {}", server.errors());
        seen.extend(&arrived[..len]);
        client.wire.extend(&arrived[..len]);
    }
    let peak = usize::try_from(allocator::counts().peak).unwrap();
    println!("largest certificate {largest}, chain {whole}, heap peak {peak} bytes");
    assert!(peak <= largest + BESIDE_THE_CERTIFICATE_BYTES, "a peak of {peak} bytes");
    let in_one_record = embertls_testkit::tamper::records(&seen)
        .iter()
        .any(|record| record[0] == 22 && record.get(5) == Some(&11) && record.len() > 12 * 1024);
    assert!(in_one_record, "the Certificate message did not come in one record");

    // The connection is of use.
    let (record, _) = client.send(b"hello over two kibibytes\n").unwrap();
    socket.write_all(&record).unwrap();
    assert!(
        server.wait_until(Duration::from_secs(20), |server| server.output_len() == 25),
        "{}",
        server.errors()
    );
    let _ = client.call(|connection, _| connection.close());
    socket.write_all(&client.transmit()).unwrap();
    loop {
        let len = socket.read(&mut arrived).unwrap_or(0);
        client.wire.extend(&arrived[..len]);
        while client.step() {}
        if len == 0 || client.events.contains(&Event::Closed) {
            break;
        }
    }
    assert!(client.is_closed(), "{:?}", client.error);
    server.end();
    let _ = std::fs::remove_dir_all(&scratch);
}
