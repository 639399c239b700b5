//! libFuzzer's entry to [`embertls_fuzz::server`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| embertls_fuzz::server::run(input));
