use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;

use crate::Form;
use crate::faults::Gives;
use crate::known::{Known, instant};
use crate::ordeal::{PATIENT, calls_of, finish, pass, steps};
use crate::readers::Readers;
use crate::recovery::WITHIN;
use crate::stage::Stage;
use crate::table::Outcome;

/// A file system of our own, gone with the test.
struct Mount {
    at: PathBuf,
    _home: tempfile::TempDir,
}

impl Mount {
    fn new(options: &[&str]) -> Result<Self, String> {
        let home = tempfile::tempdir().unwrap();
        mount(options, home.path())?;
        Ok(Self { at: home.path().to_owned(), _home: home })
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.at).status();
    }
}

fn mount(options: &[&str], at: &Path) -> Result<(), String> {
    let done = Command::new("mount").args(options).arg(at).output();
    let done = done.map_err(|error| format!("mount cannot be run: {error}"))?;
    let why = String::from_utf8_lossy(&done.stderr);
    let why = why.trim();
    if done.status.success() { Ok(()) } else { Err(format!("only root may mount ({why})")) }
}

/// Takes all the room there is.
fn fill(folder: &Path) -> PathBuf {
    let path = folder.join("filler");
    let mut file = File::create(&path).unwrap();
    for size in [1 << 20, 1 << 12, 1] {
        while file.write_all(&vec![b'x'; size]).is_ok() {}
    }
    path
}

/// The store's disk fills up, and later has room again.
pub(crate) async fn full(form: Form) -> Outcome {
    let disk = match Mount::new(&["-t", "tmpfs", "-o", "size=16m", "tmpfs"]) {
        Ok(disk) => disk,
        Err(why) => return Outcome::not_tried(&why),
    };
    let mut stage = Stage::new(PATIENT).await;
    stage.set_folder(&disk.at);
    stage.start().await.unwrap();
    let mut readers = Readers::new(Known::read(&stage).await, Gives::Everything);
    let before = calls_of(&stage);
    let filler = fill(&disk.at);
    pass(&stage, &mut readers, &steps(form, false), form).await;
    let calls = calls_of(&stage) - before;
    fs::remove_file(filler).unwrap();
    let mut outcome = finish(&stage, readers, calls).await;
    // What comes next is kept.
    stage.advance(WITHIN);
    stage.engine().refresh_due().await;
    let sound = stage.engine().check_store().await;
    outcome.tally.expect(sound.is_ok(), || format!("the store is not sound: {sound:?}"));
    let told = received(&stage).await;
    stage.stop();
    stage.upstream.fail("", simulator::Fault::Close, None);
    stage.start().await.unwrap();
    let kept = received(&stage).await;
    outcome.tally.expect(told == kept, || format!("{told:?} was told and {kept:?} kept"));
    outcome
}

async fn received(stage: &Stage) -> Vec<Option<Timestamp>> {
    let latest = stage.ask("/marketpulse/latest").await.json();
    let quotes = latest["quotes"].as_object().unwrap();
    quotes.values().map(|quote| instant(&quote["received_at"])).collect()
}

/// The service is started on a store that it may not write.
pub(crate) async fn read_only(form: Form) -> Outcome {
    let mut stage = Stage::new(PATIENT).await;
    stage.start().await.unwrap();
    let mut readers = Readers::new(Known::read(&stage).await, Gives::Everything);
    stage.stop();
    let writable = stage.folder().to_owned();
    let frozen = match Mount::new(&["--bind", writable.to_str().unwrap()]) {
        Ok(frozen) => frozen,
        Err(why) => return Outcome::not_tried(&why),
    };
    mount(&["-o", "remount,bind,ro"], &frozen.at).unwrap();
    stage.set_folder(&frozen.at);
    if let Err(why) = stage.start().await {
        readers.tally.wrong(format!("the service does not start: {why}"));
        return Outcome { tally: readers.tally, ..Outcome::default() };
    }
    let before = calls_of(&stage);
    // At first from what is stored, before anybody has been asked.
    readers.ask(&stage, 1).await;
    pass(&stage, &mut readers, &steps(form, false), form).await;
    let calls = calls_of(&stage) - before;
    stage.stop();
    stage.set_folder(&writable);
    stage.start().await.unwrap();
    finish(&stage, readers, calls).await
}
