//! See `properties::attributes`.

#![no_main]

#[path = "../../tests/integration/fuzz/properties.rs"]
#[allow(dead_code)]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::attributes(bytes));
