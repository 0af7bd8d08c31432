//! What the parsers of this crate promise of any input. Compiled for tests, which run it
//! over the inputs in `fuzz/seeds`, and for `make fuzz`, which makes up more of them.

use crate::Config;

/// The settings file.
pub fn settings(input: &[u8]) {
    let path = std::env::temp_dir().join(format!("settings-{}.toml", std::process::id()));
    std::fs::write(&path, input).expect("the folder for such files takes one");
    let named = path.to_str().expect("its path is text").to_owned();
    match Config::read(&[("MARKETPULSE_CONFIG".to_owned(), named)]) {
        Ok(config) => assert!(config.refresh_every >= std::time::Duration::from_secs(5)),
        Err(faults) => assert!(!faults.to_string().is_empty()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[("settings", super::settings)]);
    }
}
