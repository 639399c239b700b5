//! Full handshakes for each key exchange, both sides in memory, beside OpenSSL.

use criterion::{Criterion, criterion_group, criterion_main};
use embertls::registry::suites;
use embertls_benches::ember::{self, with_configs};
use embertls_benches::identity::{Identity, KeyKind};
use embertls_benches::openssl_pair::Contexts;

fn handshakes(c: &mut Criterion) {
    for (name, kind, ours, theirs) in [
        (
            "ECDHE-ECDSA P-256",
            KeyKind::EcdsaP256,
            &suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            "ECDHE-ECDSA-AES128-GCM-SHA256",
        ),
        (
            "ECDHE-RSA 2048",
            KeyKind::Rsa2048,
            &suites::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            "ECDHE-RSA-AES128-GCM-SHA256",
        ),
        ("RSA 2048", KeyKind::Rsa2048, &suites::TLS_RSA_WITH_AES_128_GCM_SHA256, "AES128-GCM-SHA256"),
    ] {
        let identity = Identity::new(kind);
        let contexts = Contexts::new(&identity, theirs);
        let mut group = c.benchmark_group(format!("handshake/{name}"));
        with_configs(&identity, ours, |configs, rng| {
            group.bench_function("embertls", |b| b.iter(|| ember::handshake(configs, rng)));
        });
        group.bench_function("openssl", |b| b.iter(|| contexts.handshake()));
        group.finish();
    }
}

criterion_group!(benches, handshakes);
criterion_main!(benches);
