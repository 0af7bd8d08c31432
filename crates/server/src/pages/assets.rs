//! Scripts, styles and the icon, embedded in the binary by `build.rs`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use rust_embed::Embed;

#[derive(Embed)]
#[folder = "$OUT_DIR/web"]
struct Files;

const MANIFEST: &str = "manifest.json";

/// Logical names and the hashed files that stand for them in this build.
static NAMES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let manifest = Files::get(MANIFEST).expect("build.rs always writes a manifest");
    serde_json::from_slice(&manifest.data).expect("build.rs writes an object of texts")
});

/// A file of the pages. Its name holds its hash, so browsers may keep it for ever.
pub(crate) struct Asset {
    /// The file's content.
    pub(crate) bytes: Cow<'static, [u8]>,
    /// Its `Content-Type`.
    pub(crate) content_type: &'static str,
}

/// The file of this name, as it stands after `/marketpulse/assets/`.
pub(crate) fn asset(file: &str) -> Option<Asset> {
    let ending = file.rsplit_once('.')?.1;
    let content_type = match ending {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => return None,
    };
    Some(Asset { bytes: Files::get(file)?.data, content_type })
}

/// Where a page finds a logical name such as `site.css`.
///
/// `None` for the scripts of a binary that was built without npm.
pub(crate) fn url(name: &str) -> Option<String> {
    NAMES.get(name).map(|file| format!("/marketpulse/assets/{file}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_is_in_the_binary_under_a_name_with_its_hash() {
        let url = url("site.css").unwrap();
        let file = url.strip_prefix("/marketpulse/assets/").unwrap();
        assert_ne!(file, "site.css");
        let asset = asset(file).unwrap();
        assert_eq!(asset.content_type, "text/css; charset=utf-8");
        assert!(!asset.bytes.is_empty());
    }

    #[test]
    fn nothing_else_is_served() {
        for name in ["", "manifest.json", "site.css", "../Cargo.toml", "..%2F", "nonsense.js"] {
            assert!(asset(name).is_none(), "{name:?}");
        }
    }
}
