use table::{EncodeError, Form, Table};

/// A table as a list of flat objects, each with its source and how fresh it is: the
/// program reads no head beside the rows.
///
/// # Errors
///
/// A fault of ours.
pub(super) fn rows(table: &Table) -> Result<Vec<u8>, EncodeError> {
    let lines = table.pieces(Form::NDJSON).collect::<Result<Vec<_>, _>>()?.concat();
    Ok(list(&lines))
}

/// Objects of a line each as one list. A line's end stands in none of them.
fn list(lines: &[u8]) -> Vec<u8> {
    let objects = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let objects: Vec<&[u8]> = objects.collect();
    [&b"["[..], &objects.join(&b","[..]), b"]"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_a_list() {
        assert_eq!(list(b""), b"[]");
        assert_eq!(list(b"{\"a\":1}\n{\"a\":2}\n"), b"[{\"a\":1},{\"a\":2}]");
    }
}
