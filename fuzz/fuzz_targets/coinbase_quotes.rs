#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| providers::coinbase::fuzz::quotes(input));
