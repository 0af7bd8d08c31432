//! Scripts, styles and the icon, embedded in the binary by `build.rs`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use rust_embed::Embed;

use crate::reply::Coding;

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
    /// How the content is compressed.
    pub(crate) coding: Coding,
}

/// The file of this name, as it stands after `/marketpulse/assets/`, compressed so
/// where the build has left it so.
pub(crate) fn asset(file: &str, coding: Coding) -> Option<Asset> {
    let ending = file.rsplit_once('.')?.1;
    let content_type = match ending {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => return None,
    };
    let packed = match coding {
        Coding::Brotli => Files::get(&format!("{file}.br")),
        Coding::Gzip => Files::get(&format!("{file}.gz")),
        Coding::Identity | Coding::Zstd => None,
    };
    Some(match packed {
        Some(packed) => Asset { bytes: packed.data, content_type, coding },
        None => Asset { bytes: Files::get(file)?.data, content_type, coding: Coding::Identity },
    })
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
        let plain = asset(file, Coding::Identity).unwrap();
        assert_eq!(plain.content_type, "text/css; charset=utf-8");
        assert!(!plain.bytes.is_empty());
        let packed = asset(file, Coding::Brotli).unwrap();
        assert_eq!(packed.content_type, plain.content_type);
        if packed.coding == Coding::Brotli {
            let mut back = Vec::new();
            brotli::BrotliDecompress(&mut &packed.bytes[..], &mut back).unwrap();
            assert_eq!(back, *plain.bytes);
        }
    }

    #[test]
    fn nothing_else_is_served() {
        for name in [
            "",
            "manifest.json",
            "site.css",
            "../Cargo.toml",
            "..%2F",
            "nonsense.js",
            "nonsense.js.br",
        ] {
            assert!(asset(name, Coding::Identity).is_none(), "{name:?}");
        }
    }
}
