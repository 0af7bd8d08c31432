#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| table::fuzz::date(input));
