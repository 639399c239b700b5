//! libFuzzer's entry to [`embertls_fuzz::certificate_chain`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| embertls_fuzz::certificate_chain::run(input));
