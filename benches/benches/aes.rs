//! AES by mode and size: EmberTLS's primitives beside OpenSSL's EVP, in place on one buffer of 64 bytes to 16 KiB.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use crypto::cipher::{aead, cbc};
use openssl::cipher::{Cipher, CipherRef};
use openssl::cipher_ctx::CipherCtx;
use std::hint::black_box;

const SIZES: [usize; 3] = [64, 1024, 16 * 1024];
const KEY: [u8; 32] = [0x5A; 32];
const NONCE: [u8; 12] = [7; 12];
const IV: [u8; 16] = [7; 16];
const AAD: [u8; 13] = [1; 13];

fn gcm(c: &mut Criterion) {
    for (name, ours, theirs) in [
        ("AES-128-GCM", &aead::AES_128_GCM, Cipher::aes_128_gcm()),
        ("AES-256-GCM", &aead::AES_256_GCM, Cipher::aes_256_gcm()),
    ] {
        let mut group = c.benchmark_group(format!("aes/{name} seal"));
        for size in SIZES {
            group.throughput(Throughput::Bytes(size as u64));
            let mut data = vec![0; size];
            let mut tag = [0; 16];
            let cipher = (ours.new)(&KEY[..ours.key_len]).expect("the key has its length");
            group.bench_function(BenchmarkId::new("embertls", size), |b| {
                b.iter(|| cipher.seal(&NONCE, &AAD, black_box(&mut data), &mut tag));
            });
            let mut context = context(theirs, &KEY[..ours.key_len]);
            let mut out = vec![0; size];
            group.bench_function(BenchmarkId::new("openssl", size), |b| {
                b.iter(|| {
                    context.encrypt_init(None, None, Some(&NONCE)).expect("OpenSSL takes the nonce");
                    context.cipher_update(&AAD, None).expect("OpenSSL takes the data");
                    context.cipher_update(black_box(&data), Some(&mut out)).expect("OpenSSL enciphers");
                    context.cipher_final(&mut []).expect("OpenSSL ends");
                    context.tag(&mut tag).expect("OpenSSL makes a tag");
                });
            });
        }
        group.finish();
    }
}

fn cbc(c: &mut Criterion) {
    for (name, ours, theirs) in [
        ("AES-128-CBC", &cbc::AES_128_CBC, Cipher::aes_128_cbc()),
        ("AES-256-CBC", &cbc::AES_256_CBC, Cipher::aes_256_cbc()),
    ] {
        let key = &KEY[..ours.key_len];
        for (direction, seal) in [("encrypt", true), ("decrypt", false)] {
            let mut group = c.benchmark_group(format!("aes/{name} {direction}"));
            for size in SIZES {
                group.throughput(Throughput::Bytes(size as u64));
                let mut data = vec![0; size];
                let cipher = (ours.new)(key).expect("the key has its length");
                group.bench_function(BenchmarkId::new("embertls", size), |b| {
                    b.iter(|| {
                        let data = black_box(&mut data);
                        if seal { cipher.encrypt(&IV, data) } else { cipher.decrypt(&IV, data) }
                    });
                });
                let mut context = CipherCtx::new().expect("OpenSSL makes a context");
                if seal {
                    context.encrypt_init(Some(theirs), Some(key), Some(&IV)).expect("OpenSSL takes the key");
                } else {
                    context.decrypt_init(Some(theirs), Some(key), Some(&IV)).expect("OpenSSL takes the key");
                }
                context.set_padding(false);
                let mut out = vec![0; size + 16];
                group.bench_function(BenchmarkId::new("openssl", size), |b| {
                    b.iter(|| {
                        if seal {
                            context.encrypt_init(None, None, Some(&IV)).expect("OpenSSL takes the IV");
                        } else {
                            context.decrypt_init(None, None, Some(&IV)).expect("OpenSSL takes the IV");
                        }
                        context.cipher_update(black_box(&data), Some(&mut out)).expect("OpenSSL works")
                    });
                });
            }
            group.finish();
        }
    }
}

fn context(cipher: &CipherRef, key: &[u8]) -> CipherCtx {
    let mut context = CipherCtx::new().expect("OpenSSL makes a context");
    context.encrypt_init(Some(cipher), Some(key), Some(&NONCE)).expect("OpenSSL takes the key");
    context
}

criterion_group!(benches, gcm, cbc);
criterion_main!(benches);
