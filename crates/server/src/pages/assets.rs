//! Scripts, styles and the icon, embedded in the binary by `build.rs`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use rust_embed::Embed;
use serde::Deserialize;

use http::reply::Coding;

#[derive(Embed)]
#[folder = "$OUT_DIR/web"]
struct Files;

const MANIFEST: &str = "manifest.json";

/// What this build made, by logical names.
#[derive(Deserialize)]
struct Manifest {
    /// The hashed file that stands for each name.
    files: HashMap<String, String>,
    /// The files that a page's script will ask for at once, chart library and all.
    soon: HashMap<String, Vec<String>>,
}

static MADE: LazyLock<Manifest> = LazyLock::new(|| {
    let manifest = Files::get(MANIFEST).expect("build.rs always writes a manifest");
    serde_json::from_slice(&manifest.data).expect("build.rs writes what it says it does")
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

/// Where a page finds a logical name such as `home.css`.
///
/// `None` for the scripts of a binary that was built without npm.
pub(crate) fn url(name: &str) -> Option<String> {
    MADE.files.get(name).map(|file| address(file))
}

fn address(file: &str) -> String {
    format!("/marketpulse/assets/{file}")
}

/// Whether this build has the script of a page.
pub(crate) fn has_script(page: &str) -> bool {
    MADE.files.contains_key(&format!("{page}.js"))
}

/// The links of a page's `<head>`, as markup: its sheet and its script, and what the
/// script will need next, so that the browser does not learn of it only from the script.
pub(crate) fn head(page: &str) -> String {
    let sheet = url(&format!("{page}.css"));
    let sheet = sheet.map(|url| format!("<link rel=\"stylesheet\" href=\"{url}\">"));
    let script = url(&format!("{page}.js"));
    let script = script.map(|url| format!("<script type=\"module\" src=\"{url}\"></script>"));
    let soon = MADE.soon.get(page).into_iter().flatten();
    let soon = soon.map(|file| format!("<link rel=\"modulepreload\" href=\"{}\">", address(file)));
    sheet.into_iter().chain(script).chain(soon).collect::<Vec<_>>().join("\n  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_is_in_the_binary_under_a_name_with_its_hash() {
        let url = url("home.css").unwrap();
        let file = url.strip_prefix("/marketpulse/assets/").unwrap();
        assert_ne!(file, "home.css");
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
    fn a_page_names_what_it_will_need() {
        let head = head("dashboard");
        assert!(head.contains("rel=\"stylesheet\""), "{head}");
        assert_eq!(head.contains("type=\"module\""), has_script("dashboard"), "{head}");
        assert_eq!(head.contains("rel=\"modulepreload\""), has_script("dashboard"), "{head}");
        let files = head.split('"').filter_map(|part| part.strip_prefix("/marketpulse/assets/"));
        for file in files {
            assert!(asset(file, Coding::Identity).is_some(), "{file}");
        }
    }

    #[test]
    fn nothing_else_is_served() {
        for name in [
            "",
            "manifest.json",
            "home.css",
            "../Cargo.toml",
            "..%2F",
            "nonsense.js",
            "nonsense.js.br",
        ] {
            assert!(asset(name, Coding::Identity).is_none(), "{name:?}");
        }
    }
}
