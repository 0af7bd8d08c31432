/// A value as it may be repeated in an error: without the password of an address.
pub(super) fn masked(value: &str) -> String {
    let Some((before, rest)) = value.split_once("://") else { return value.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    // A password may hold what ends an address, so the last of these counts.
    let Some(at) = rest.rfind('@') else { return value.to_owned() };
    let user = rest[..at.min(end)].split(':').next().unwrap_or_default();
    format!("{before}://{user}:***{}", &rest[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_repeated_whatever_is_wrong_with_its_address() {
        let check = |value: &str, shown: &str| assert_eq!(masked(value), shown);
        check("ftp://me:s3cret@example.com/x", "ftp://me:***@example.com/x");
        check("postgres://me:s3c/r@et@db:5432/prices?x=1", "postgres://me:***@db:5432/prices?x=1");
        check("http://token@example.com", "http://token:***@example.com");
        check("https://example.com/a@b", "https://example.com:***@b");
        check("https://example.com", "https://example.com");
        check("a:b@c", "a:b@c");
    }
}
