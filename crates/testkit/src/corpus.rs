use std::path::Path;

/// A parser's fuzz target: its name, and what is done with an input. It panics where
/// the parser breaks its word.
pub type Target = (&'static str, fn(&[u8]));

const FUZZ: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz");

/// Runs fuzz targets over the inputs that were written for them.
///
/// # Panics
///
/// Where a target panics, has no inputs, or is none of those that `make fuzz` runs.
pub fn corpus(targets: &[Target]) {
    let fuzz = Path::new(FUZZ);
    for (name, run) in targets {
        let program = fuzz.join(format!("fuzz_targets/{name}.rs"));
        assert!(program.is_file(), "{} is missing", program.display());
        let inputs = std::fs::read_dir(fuzz.join("seeds").join(name));
        let inputs = inputs.unwrap_or_else(|error| panic!("fuzz/seeds/{name}: {error}"));
        let mut tried = 0;
        for input in inputs {
            let path = input.unwrap().path();
            eprintln!("{}", path.display());
            run(&std::fs::read(path).unwrap());
            tried += 1;
        }
        assert!(tried > 0, "fuzz/seeds/{name} is empty");
    }
}
