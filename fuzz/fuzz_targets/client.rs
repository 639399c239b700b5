//! libFuzzer's entry to [`embertls_fuzz::client`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| embertls_fuzz::client::run(input));
