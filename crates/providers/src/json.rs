use market::SourceError;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// Reads JSON, or says what is wrong with it without repeating any of it:
/// what an upstream sent in error must not reach our clients.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, SourceError> {
    serde_json::from_slice(body).map_err(|error| SourceError::Unreadable(describe(body, &error)))
}

fn describe(body: &[u8], error: &serde_json::Error) -> String {
    let place = format!("line {} column {}", error.line(), error.column());
    match body.trim_ascii().first() {
        None => "an empty body in place of JSON".to_owned(),
        Some(b'<') => "a page of HTML or XML in place of JSON".to_owned(),
        Some(_) => match error.classify() {
            Category::Eof => format!("JSON that ends too early, at {place}"),
            Category::Data => format!("JSON of an unexpected shape at {place}"),
            Category::Syntax | Category::Io => format!("text that is not JSON at {place}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_described_and_never_repeated() {
        let check = |body: &[u8], expected: &str| {
            let error = read::<Vec<f64>>(body).unwrap_err().to_string();
            assert!(error.ends_with(expected), "{error}");
        };
        check(b"", "an empty body in place of JSON");
        check(b" \n<!doctype html>", "a page of HTML or XML in place of JSON");
        check(b"[1.5,", "JSON that ends too early, at line 1 column 5");
        check(b"Edge: Too Many", "text that is not JSON at line 1 column 1");
        check(b"[\"secret\"]", "JSON of an unexpected shape at line 1 column 9");
        check(b"[1e999]", "text that is not JSON at line 1 column 6");
    }

    #[test]
    fn the_last_digit_of_a_number_survives() {
        let numbers: Vec<f64> = read(b"[51.248178375505404]").unwrap();
        assert_eq!(numbers[0].to_bits(), "51.248178375505404".parse::<f64>().unwrap().to_bits());
    }
}
