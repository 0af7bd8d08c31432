use std::collections::BTreeMap;
use std::path::PathBuf;

use super::settings::{SETTINGS, Setting};
use super::{ConfigFaults, Fault, file, secret};

/// Looks settings up in the environment, the file and the defaults, and
/// gathers what is wrong with them.
pub(super) struct Reader<'a> {
    vars: &'a [(String, String)],
    file: BTreeMap<String, String>,
    faults: Vec<Fault>,
}

/// Variables that only builds and tests read.
const NOT_SETTINGS: [&str; 3] =
    ["MARKETPULSE_WEB_DIST", "MARKETPULSE_REQUIRE_WEB", "MARKETPULSE_BIN"];

impl<'a> Reader<'a> {
    pub(super) fn new(vars: &'a [(String, String)]) -> Self {
        let mut reader = Self { vars, file: BTreeMap::new(), faults: Vec::new() };
        let path = reader.text("MARKETPULSE_CONFIG");
        if !path.is_empty() {
            reader.read_file(&path);
        }
        reader
    }

    /// Reads one setting. Where it cannot be used the fault is noted and the
    /// default stands in, so that the other settings are read too.
    pub(super) fn parse<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, String>) -> T {
        let value = self.text(name);
        read(&value).unwrap_or_else(|accepted| {
            let value = Some(secret::masked(&value));
            self.faults.push(Fault { setting: name.to_owned(), value, accepted });
            read(setting(name).default).expect("every default is accepted")
        })
    }

    pub(super) fn path(&mut self, name: &str) -> PathBuf {
        self.text(name).into()
    }

    /// Variables named like settings that are none.
    pub(super) fn unused(&self) -> Vec<String> {
        let known =
            |name: &str| SETTINGS.iter().any(|s| s.name == name) || NOT_SETTINGS.contains(&name);
        let names = self.vars.iter().map(|(name, _)| name);
        names.filter(|name| name.starts_with("MARKETPULSE_") && !known(name)).cloned().collect()
    }

    pub(super) fn finish(self) -> Result<(), ConfigFaults> {
        if self.faults.is_empty() { Ok(()) } else { Err(ConfigFaults(self.faults)) }
    }

    /// An empty variable counts as unset, as compose files leave them.
    pub(super) fn text(&self, name: &str) -> String {
        let setting = setting(name);
        let var = self.vars.iter().find(|(var, value)| var == name && !value.trim().is_empty());
        var.map(|(_, value)| value.trim())
            .or_else(|| self.file.get(&setting.key()).map(String::as_str))
            .unwrap_or(setting.default)
            .to_owned()
    }

    /// What a variable says that others read as well, or our setting of that name.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        if SETTINGS.iter().any(|setting| setting.name == name) {
            return Some(self.text(name)).filter(|value| !value.is_empty());
        }
        self.vars.iter().find(|(var, _)| var == name).map(|(_, value)| value.clone())
    }

    /// Reads a secret from one setting, or from the file that another names. Nothing of it
    /// is ever repeated.
    pub(super) fn secret(&mut self, name: &str, of_file: &str) -> Option<String> {
        let (given, path) = (self.text(name), self.text(of_file));
        if !path.is_empty() && !given.is_empty() {
            self.fault(of_file, Some(&path), format!("{name} is set as well; set one of them"));
        } else if !path.is_empty() {
            return self.secret_in(of_file, &path);
        }
        (!given.is_empty()).then_some(given)
    }

    /// Notes that a setting is not there which another does not go without.
    pub(super) fn missing<T>(&mut self, name: &str, beside: &str) -> Option<T> {
        self.fault(name, None, format!("not set, and {beside} is; set both or none"));
        None
    }

    /// Notes that a secret cannot be used, and repeats nothing of it.
    pub(super) fn unusable<T>(&mut self, name: &str, accepted: &str) -> Option<T> {
        self.fault(name, None, accepted.to_owned());
        None
    }

    fn secret_in(&mut self, of_file: &str, path: &str) -> Option<String> {
        let held = file::read(path).map(|text| text.trim().to_owned());
        let held = held.and_then(|text| match text.lines().count() {
            1 => Ok(text),
            _ => Err("holds no secret; write it on one line".to_owned()),
        });
        held.map_err(|accepted| self.fault(of_file, Some(path), accepted)).ok()
    }

    fn read_file(&mut self, path: &str) {
        let table = file::read(path).and_then(|text| {
            let parsed = text.parse::<toml::Table>();
            parsed.map_err(|error| not_toml(&text, &error))
        });
        match table {
            Ok(table) => {
                for (key, value) in table {
                    self.take_entry(path, key, &value);
                }
            }
            Err(accepted) => self.fault("MARKETPULSE_CONFIG", Some(path), accepted),
        }
    }

    fn take_entry(&mut self, path: &str, key: String, value: &toml::Value) {
        let known = |s: &Setting| s.key() == key && s.name != "MARKETPULSE_CONFIG";
        if !SETTINGS.iter().any(known) {
            let hint = format!("no such setting in {path}; did you mean {}?", nearest(&key));
            // It may be a misspelt name of a secret.
            return self.fault(&key, None, hint);
        }
        if let Some(text) = as_text(value) {
            self.file.insert(key, text);
        } else {
            let accepted = "use a text, number, truth value or a list of them";
            self.fault(&key, Some(value.type_str()), accepted.to_owned());
        }
    }

    fn fault(&mut self, setting: &str, value: Option<&str>, accepted: String) {
        let value = value.map(str::to_owned);
        self.faults.push(Fault { setting: setting.into(), value, accepted });
    }
}

/// Where and why a file is not TOML. The line itself, which the library would show,
/// may hold a secret.
fn not_toml(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    format!("not TOML, at line {line}: {}", error.message())
}

fn as_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(truth) => Some(truth.to_string()),
        toml::Value::Array(items) => {
            items.iter().map(as_text).collect::<Option<Vec<_>>>().map(|texts| texts.join(","))
        }
        _ => None,
    }
}

fn setting(name: &str) -> &'static Setting {
    SETTINGS.iter().find(|setting| setting.name == name).expect("only listed settings are read")
}

fn nearest(key: &str) -> String {
    let likeness = |s: &String| (strsim::normalized_damerau_levenshtein(key, s) * 1000.0) as u32;
    SETTINGS.iter().map(Setting::key).max_by_key(likeness).unwrap_or_default()
}
