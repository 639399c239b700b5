//! libFuzzer's entry to [`embertls_fuzz::datagrams`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| embertls_fuzz::datagrams::run(input));
