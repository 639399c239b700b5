//! libFuzzer's entry to [`embertls_fuzz::keys`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| embertls_fuzz::keys::run(input));
