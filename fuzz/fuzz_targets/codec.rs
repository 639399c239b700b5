//! libFuzzer's entry to [`embertls_fuzz::codec`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| embertls_fuzz::codec::run(input));
