//! Builds the pages' scripts and styles, so that plain `cargo run` serves whole pages.
//!
//! They come from, in this order: the folder named by `MARKETPULSE_WEB_DIST`
//! (containers build them in a stage of their own); npm, from `web/`; else only
//! the style sheet, as it is. The last is for people without npm and says so;
//! `MARKETPULSE_REQUIRE_WEB=1` forbids it.

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    let crate_folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let web = crate_folder.join("../../web");
    let out = PathBuf::from(env::var("OUT_DIR")?).join("web");
    // Files of earlier builds have other hashes and would be embedded as well.
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(&out)?;
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=MARKETPULSE_WEB_DIST");
    match env::var_os("MARKETPULSE_WEB_DIST") {
        Some(built) => copy_files(Path::new(&built), &out),
        None => build(&web, &out).or_else(|fault| plain(&web, &out, &*fault)),
    }
}

fn copy_files(from: &Path, to: &Path) -> Outcome {
    println!("cargo::rerun-if-changed={}", from.display());
    for entry in fs::read_dir(from).map_err(|e| format!("{}: {e}", from.display()))? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

fn build(web: &Path, out: &Path) -> Outcome {
    for input in ["src", "build.mjs", "package.json", "package-lock.json", "tsconfig.json"] {
        println!("cargo::rerun-if-changed={}", web.join(input).display());
    }
    if !is_installed(web) {
        npm(web, &["ci", "--no-audit", "--no-fund"])?;
    }
    npm(web, &["run", "--silent", "build", "--", "--out", &out.to_string_lossy()])
}

/// Whether npm has installed what the lock file names: npm writes its own note last.
fn is_installed(web: &Path) -> bool {
    let changed = |path: &str| -> Option<SystemTime> {
        fs::metadata(web.join(path)).and_then(|found| found.modified()).ok()
    };
    let installed = changed("node_modules/.package-lock.json");
    installed.is_some() && installed >= changed("package-lock.json")
}

fn npm(web: &Path, arguments: &[&str]) -> Outcome {
    let program = env::var_os("NPM").unwrap_or_else(|| "npm".into());
    let run = Command::new(program)
        .args(arguments)
        .current_dir(web)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .output()
        .map_err(|fault| format!("npm cannot be run: {fault}"))?;
    if run.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&run.stderr);
    Err(format!("npm {} failed: {}", arguments.join(" "), said.trim()).into())
}

/// The style sheets and the icon as they are, and no scripts.
fn plain(web: &Path, out: &Path, fault: &dyn Error) -> Outcome {
    println!("cargo::rerun-if-env-changed=MARKETPULSE_REQUIRE_WEB");
    if env::var("MARKETPULSE_REQUIRE_WEB").is_ok_and(|value| value == "1") {
        return Err(format!("the pages' scripts cannot be built: {fault}").into());
    }
    for line in format!("pages are built without scripts and charts: {fault}").lines() {
        println!("cargo::warning={line}");
    }
    // What was missing may be there next time; a file that never exists makes cargo look again.
    println!("cargo::rerun-if-changed={}", out.join("never").display());
    let mut names = Vec::new();
    for entry in fs::read_dir(web.join("src/pages"))?.chain(fs::read_dir(web.join("src"))?) {
        let path = entry?.path();
        let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        if !matches!(ending, "css" | "svg") {
            continue;
        }
        let bytes = joined(&path)?;
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        let file = format!("plain-{:016x}.{ending}", hasher.finish());
        fs::write(out.join(&file), bytes)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        names.push(format!("{name:?}:{file:?}"));
    }
    let manifest = format!("{{\"files\":{{{}}},\"soon\":{{}}}}", names.join(","));
    fs::write(out.join("manifest.json"), manifest)?;
    Ok(())
}

/// A file, each of its lines `@import "PATH";` replaced by the file it names.
fn joined(path: &Path) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    for line in fs::read_to_string(path)?.lines() {
        match line.strip_prefix("@import \"").and_then(|rest| rest.strip_suffix("\";")) {
            Some(part) => text += &joined(&path.with_file_name("").join(part))?,
            None => text.extend([line, "\n"]),
        }
    }
    Ok(text)
}
