//! libFuzzer's entry to [`embertls_fuzz::record`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| embertls_fuzz::record::run(input));
