#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| marketpulse::fuzz::import_rows(input));
