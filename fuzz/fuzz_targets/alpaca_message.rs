#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| providers::alpaca::fuzz::message(input));
