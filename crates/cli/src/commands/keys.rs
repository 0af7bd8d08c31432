use std::fmt::Write;
use std::process::ExitCode;

use access::{
    Audience, ChangeError, Key, KeyFile, Name, Rate, Scopes, Secret, SystemRandom, Terms, find,
};
use audit::Kind;
use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use market::Clock;
use serde_json::json;
use server::{Config, SystemClock};
use table::text::with_causes;

use super::{Deed, fail, print, say};

/// What is to be done with keys.
#[derive(Args)]
pub(crate) struct KeysArgs {
    #[command(subcommand)]
    command: KeysCommand,
}

impl KeysArgs {
    /// What it does that is to be on record.
    pub(crate) fn deed(&self) -> Option<Deed> {
        match &self.command {
            KeysCommand::Create(args) => {
                let CreateArgs { name, scopes, redistribution, .. } = args;
                let what = format!("{name}, for {scopes}, shown to: {redistribution}");
                Some((Kind::KeyCreated, what))
            }
            KeysCommand::Rotate { key, .. } => Some((Kind::KeyRotated, key.clone())),
            KeysCommand::Revoke { key } => Some((Kind::KeyRevoked, key.clone())),
            KeysCommand::List { .. } => None,
        }
    }
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Make a key and print it, this once. From the first one on, whoever asks needs one
    Create(CreateArgs),
    /// Show the keys there are, without their secrets
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Give a key another secret and print it, this once; the one before stays good for a while
    Rotate {
        /// Its name or id
        key: String,
        /// How long the secret before stays good, such as 0s, 1h or 7d
        #[arg(long, value_name = "TIME", default_value = "1h", value_parser = length)]
        overlap: SignedDuration,
    },
    /// Take a key back; whoever streams with it is cut off
    Revoke {
        /// Its name or id
        key: String,
    },
}

#[derive(Args)]
struct CreateArgs {
    /// Whose it is, or what for
    name: Name,
    /// What it is good for: read (answers, pages and figures), stream (prices as they change), or both
    #[arg(long, default_value = "read,stream")]
    scopes: Scopes,
    /// How long it is good, such as 12h or 90d; for ever if not said
    #[arg(long, value_name = "TIME", value_parser = length)]
    expires: Option<SignedDuration>,
    /// How often it may be used, such as 600/minute
    #[arg(long)]
    rate: Option<Rate>,
    /// How much it may have of what one client may of the upstreams' budgets, in per cent
    #[arg(long, value_name = "PER CENT", default_value_t = 100, value_parser = clap::value_parser!(u8).range(1..=100))]
    share: u8,
    /// Whom its holder shows what it is answered: private (nobody else), internal (those who work with it) or public.
    /// What the terms of a source do not allow is refused
    #[arg(long, value_name = "AUDIENCE", default_value_t)]
    redistribution: Audience,
}

/// A length of time, in hours of the clock: a day has 24.
fn length(text: &str) -> Result<SignedDuration, String> {
    let refused = || format!("{text:?} is no length of time; use one such as 12h or 90d");
    let days = text.strip_suffix('d').and_then(|days| days.trim().parse::<i64>().ok());
    let read = match days {
        Some(days) => days.checked_mul(24).and_then(SignedDuration::try_from_hours),
        None => text.parse().ok(),
    };
    read.filter(|length| !length.is_negative()).ok_or_else(refused)
}

/// Changes or shows the keys in the file that the settings name. A service that runs takes
/// them in within a second or two.
pub(crate) fn keys(config: &Config, args: KeysArgs) -> ExitCode {
    let file = KeyFile::at(config.reach.keys.clone());
    let now = SystemClock.now();
    let done = match args.command {
        KeysCommand::Create(args) => create(&file, args, now).map(|secret| shown(&secret)),
        KeysCommand::List { json } => list(&file, json, now).map(|text| print(&text)),
        KeysCommand::Rotate { key, overlap } => {
            rotate(&file, &key, overlap, now).map(|secret| shown(&secret))
        }
        KeysCommand::Revoke { key } => revoke(&file, &key, now).map(|said| {
            say(&said);
            ExitCode::SUCCESS
        }),
    };
    done.unwrap_or_else(|message| fail(1, &message))
}

/// The secret alone goes to standard output, as it may go to a file.
fn shown(secret: &Secret) -> ExitCode {
    say(
        &"this key is shown once and kept nowhere; send it as the header X-API-Key or Authorization: Bearer",
    );
    print(&format!("{}\n", secret.reveal()))
}

fn create(file: &KeyFile, args: CreateArgs, now: Timestamp) -> Result<Secret, String> {
    let CreateArgs { name, scopes, expires, rate, share, redistribution: audience } = args;
    let expires = expires.map(|after| later(now, after)).transpose()?;
    let share = share.try_into().map_err(str::to_owned)?;
    let terms = Terms { scopes, expires, rate, share, audience };
    let (key, secret) = Key::new(name, terms, now, &SystemRandom::new());
    changed(file.change(|keys| {
        if keys.iter().any(|it| it.name == key.name && it.is_good(now)) {
            return Err(format!(
                "there is a key called {}; rotate or revoke it, or choose another name",
                key.name
            ));
        }
        keys.push(key);
        Ok(())
    }))?;
    Ok(secret)
}

fn rotate(
    file: &KeyFile,
    called: &str,
    overlap: SignedDuration,
    now: Timestamp,
) -> Result<Secret, String> {
    let until = later(now, overlap)?;
    changed(file.change(|keys| {
        let key = find(keys, called, now).map_err(|error| error.to_string())?;
        if !key.is_good(now) {
            return Err(format!("{} is not good any more; make another", key.name));
        }
        Ok(key.rotate(until, now, &SystemRandom::new()))
    }))
}

fn revoke(file: &KeyFile, called: &str, now: Timestamp) -> Result<String, String> {
    changed(file.change(|keys| {
        let key = find(keys, called, now).map_err(|error| error.to_string())?;
        key.revoke(now);
        Ok(format!("{} ({}) is revoked", key.name, key.id))
    }))
}

fn changed<T>(changed: Result<T, ChangeError<String>>) -> Result<T, String> {
    changed.map_err(|error| with_causes(&error))
}

fn later(now: Timestamp, after: SignedDuration) -> Result<Timestamp, String> {
    now.checked_add(after).map_err(|_| "that is later than any date there is".to_owned())
}

fn list(file: &KeyFile, as_json: bool, now: Timestamp) -> Result<String, String> {
    let keys = file.read().map_err(|error| with_causes(&error))?.unwrap_or_default();
    if as_json {
        let all: Vec<_> = keys.iter().map(|key| record(key, now)).collect();
        return Ok(format!("{:#}\n", json!(all)));
    }
    if keys.is_empty() {
        return Ok("there are no keys; marketpulse keys create NAME makes the first\n".to_owned());
    }
    let mut table = String::new();
    let line = |cells: [&str; 8], table: &mut String| {
        let [id, state, scopes, rate, share, shown_to, expires, name] = cells;
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "{id:<9} {state:<9} {scopes:<12} {rate:<12} {share:>5} {shown_to:<14} {expires:<21} {name}"
        );
    };
    line(
        ["ID", "STATE", "SCOPES", "RATE", "SHARE", "REDISTRIBUTION", "EXPIRES", "NAME"],
        &mut table,
    );
    for key in &keys {
        let rate = key.rate.map_or_else(|| "-".to_owned(), |rate| rate.to_string());
        let expires = key.expires.map_or_else(|| "-".to_owned(), |at| format!("{at:.0}"));
        let (scopes, share) = (key.scopes.to_string(), format!("{}%", key.share.per_cent()));
        let (state, shown_to) = (state(key, now), key.audience.as_str());
        let cells = [&key.id, state, &scopes, &rate, &share, shown_to, &expires, key.name.as_str()];
        line(cells, &mut table);
    }
    Ok(table)
}

fn state(key: &Key, now: Timestamp) -> &'static str {
    match key.rotating_until(now) {
        _ if key.revoked.is_some() => "revoked",
        _ if !key.is_good(now) => "expired",
        Some(_) => "rotating",
        None => "good",
    }
}

fn record(key: &Key, now: Timestamp) -> serde_json::Value {
    json!({
        "id": key.id,
        "name": key.name,
        "state": state(key, now),
        "scopes": key.scopes,
        "rate": key.rate,
        "share": key.share,
        "redistribution": key.audience,
        "created": key.created,
        "expires": key.expires,
        "revoked": key.revoked,
        "rotating_until": key.rotating_until(now),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_in_days_and_less() {
        assert_eq!(length("90d").unwrap(), SignedDuration::from_hours(90 * 24));
        assert_eq!(length("12h").unwrap(), SignedDuration::from_hours(12));
        assert_eq!(length("0s").unwrap(), SignedDuration::ZERO);
        for odd in ["", "-1h", "-1d", "soon", "1y", "99999999999999999999d", "9999999999999999d"] {
            assert!(length(odd).is_err(), "{odd}");
        }
    }
}
