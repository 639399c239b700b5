//! Sealing and opening records of 1 KiB and 16 KiB, through the connections of both stacks.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use embertls::registry::suites;
use embertls::{Event, Rng};
use embertls_benches::ember::{self, BUFFER_BYTES, Configs, with_configs};
use embertls_benches::identity::{Identity, KeyKind};
use embertls_benches::openssl_pair::Contexts;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

const SIZES: [usize; 2] = [1024, 16 * 1024];
/// Records that are sealed before they are opened, and the other way round.
const BATCH: u64 = 32;

fn records(c: &mut Criterion) {
    let identity = Identity::new(KeyKind::Rsa2048);
    for (name, ours, theirs) in [
        ("AES-128-GCM", &suites::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "ECDHE-RSA-AES128-GCM-SHA256"),
        ("AES-128-CBC-SHA", &suites::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, "ECDHE-RSA-AES128-SHA"),
    ] {
        let contexts = Contexts::new(&identity, theirs);
        for measured in [Measured::Seal, Measured::Open] {
            let mut group = c.benchmark_group(format!("record/{name} {}", measured.name()));
            for size in SIZES {
                group.throughput(Throughput::Bytes(size as u64));
                with_configs(&identity, ours, |configs, rng| {
                    embertls(&mut group, measured, size, configs, rng)
                });
                openssl(&mut group, measured, size, &contexts);
            }
            group.finish();
        }
    }
}

/// What is timed; the other half of the work runs beside the clock.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measured {
    Seal,
    Open,
}

impl Measured {
    const fn name(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Open => "open",
        }
    }
}

/// Seals and opens `count` records in batches; the time of the half that is measured.
fn timed(count: u64, measured: Measured, mut seal: impl FnMut(u64), mut open: impl FnMut(u64)) -> Duration {
    let mut time = Duration::ZERO;
    let mut left = count;
    while left > 0 {
        let batch = left.min(BATCH);
        let start = Instant::now();
        seal(batch);
        let sealed = start.elapsed();
        let start = Instant::now();
        open(batch);
        time += if measured == Measured::Seal { sealed } else { start.elapsed() };
        left -= batch;
    }
    time
}

fn embertls(
    group: &mut BenchmarkGroup<'_, WallTime>,
    measured: Measured,
    size: usize,
    configs: &Configs<'_>,
    rng: &mut dyn Rng,
) {
    let (mut client, mut server) = ember::handshake(configs, rng);
    let payload = vec![0x41; size];
    let wire = std::cell::RefCell::new((vec![0; BUFFER_BYTES * BATCH as usize], 0));
    let rng = std::cell::RefCell::new(rng);
    group.bench_function(BenchmarkId::new("embertls", size), |b| {
        b.iter_custom(|count| {
            let seal = |batch| {
                let mut rng = rng.borrow_mut();
                let mut host = ember::host(&mut **rng);
                let (bytes, filled) = &mut *wire.borrow_mut();
                *filled = 0;
                for _ in 0..batch {
                    let sent = client.connection.send(&mut host, &payload, &mut bytes[*filled..]);
                    let sent = sent.expect("the record fits");
                    assert_eq!(sent.consumed, size);
                    *filled += sent.written;
                }
            };
            let open = |_| {
                let mut rng = rng.borrow_mut();
                let mut host = ember::host(&mut **rng);
                let (bytes, filled) = &mut *wire.borrow_mut();
                let mut at = 0;
                while at < *filled {
                    let received = server.connection.receive(&mut host, &mut bytes[at..*filled]);
                    let received = received.expect("the record is authentic");
                    assert!(matches!(received.event, Event::Data(range) if range.len() == size));
                    at += received.used;
                }
            };
            timed(count, measured, seal, open)
        });
    });
}

fn openssl(group: &mut BenchmarkGroup<'_, WallTime>, measured: Measured, size: usize, contexts: &Contexts) {
    let (mut client, mut server) = contexts.handshake();
    let payload = vec![0x41; size];
    let mut opened = vec![0; size];
    group.bench_function(BenchmarkId::new("openssl", size), |b| {
        b.iter_custom(|count| {
            let seal = |batch| {
                for _ in 0..batch {
                    client.write_all(&payload).expect("OpenSSL seals");
                }
            };
            let open = |batch| {
                for _ in 0..batch {
                    server.read_exact(&mut opened).expect("OpenSSL opens");
                }
            };
            timed(count, measured, seal, open)
        });
    });
}

criterion_group!(benches, records);
criterion_main!(benches);
