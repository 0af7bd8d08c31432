#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| providers::er_api::fuzz::rates(input));
