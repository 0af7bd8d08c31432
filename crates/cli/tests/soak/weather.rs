//! What goes wrong in which minute.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex as Plain};
use std::time::Duration;

use jiff::SignedDuration;
use simulator::{Fault, StreamFault, Upstream};
use testkit::faults::{Cause, TheirClock, UpstreamFault, of_upstreams};
use testkit::{Line, Mode, Mount};
use tokio::sync::Mutex;
use tokio::time::{sleep, sleep_until};

use crate::log::LogReader;
use crate::wrong_clock::WrongClock;

/// Within each minute: when trouble begins, when the clock that was set a day ahead is
/// right again, when all is over. What is left is for getting well.
const BEGIN: u64 = 5;
const RIGHT_AGAIN: u64 = 25;
const OVER: u64 = 45;

/// Until then a clock that was set is seen to be, and who asked before has been answered.
const SEEN_WITHIN: Duration = Duration::from_secs(3);

const HOUR: i64 = 3_600;

/// What is above the service.
pub(crate) struct Sky {
    pub(crate) upstream: Arc<Upstream>,
    pub(crate) line: Line,
    pub(crate) clock: Result<WrongClock, String>,
    pub(crate) disk: Result<Mount, String>,
    pub(crate) log: Arc<LogReader>,
}

/// All that goes wrong, one after another and at the same time.
pub(crate) struct Weather {
    sky: Mutex<Sky>,
    faults: Vec<UpstreamFault>,
    their_clock: Plain<TheirClock>,
    ahead: AtomicI64,
}

/// What goes wrong in one minute.
struct Minute {
    fault: Option<UpstreamFault>,
    stream: Option<StreamFault>,
    /// Where the service's clock is, in seconds from ours.
    ahead: i64,
    is_log_unread: bool,
    is_disk_full: bool,
}

impl Weather {
    pub(crate) fn under(sky: Sky) -> Self {
        let (sky, their_clock) = (Mutex::new(sky), Plain::new(TheirClock::Off(0)));
        Self { sky, faults: in_turn(), their_clock, ahead: AtomicI64::new(0) }
    }

    /// How far upstreams' clock is ahead of ours; `None` where it stands still.
    pub(crate) fn upstreams_clock_ahead(&self) -> Option<SignedDuration> {
        match *self.their_clock.lock().unwrap() {
            TheirClock::Off(hours) => Some(SignedDuration::from_hours(hours)),
            TheirClock::Stopped => None,
        }
    }

    /// Whether the service's clock shows less than it did at the beginning.
    pub(crate) fn is_clock_behind(&self) -> bool {
        self.ahead.load(Ordering::Relaxed) < 0
    }

    /// What could not be tried here, and why.
    pub(crate) async fn not_tried(&self) -> Vec<String> {
        let sky = self.sky.lock().await;
        let clock = sky.clock.as_ref().err().map(|why| format!("clock steps: {why}"));
        let disk = sky.disk.as_ref().err().map(|why| format!("a full disk: {why}"));
        clock.into_iter().chain(disk).collect()
    }

    /// Lets a minute pass. Returns what went wrong in it, in words.
    pub(crate) async fn pass(&self, number: u32, of: u32) -> String {
        #[expect(clippy::disallowed_methods, reason = "the minutes are the machine's")]
        let began = tokio::time::Instant::now();
        let at = |second| sleep_until(began + Duration::from_secs(second));
        let minute = self.minute(number, of);
        let mut sky = self.sky.lock().await;
        sky.log.stall(minute.is_log_unread);
        at(BEGIN).await;
        let filler = self.begin(&mut sky, &minute).await;
        at(RIGHT_AGAIN).await;
        if minute.ahead > 0 {
            self.set_clock(&sky, 0).await;
        }
        at(OVER).await;
        self.end(&mut sky, filler).await;
        at(60).await;
        minute.in_words(&sky)
    }

    fn minute(&self, number: u32, of: u32) -> Minute {
        use StreamFault::{Cut, Hang, Leave, Mute, Noise};
        let n = number as usize;
        // The last minute is for everything that is late.
        let is_calm = number + 1 == of;
        Minute {
            fault: (!is_calm).then(|| self.faults[n % self.faults.len()].clone()),
            stream: (n % 2 == 1).then(|| [Leave, Cut, Mute, Hang, Noise][n / 2 % 5]),
            ahead: match n % 6 {
                2 => -HOUR,
                5 => 24 * HOUR,
                _ => 0,
            },
            is_log_unread: !is_calm && matches!(n % 4, 1 | 2),
            is_disk_full: n % 5 == 3,
        }
    }

    async fn begin(&self, sky: &mut Sky, minute: &Minute) -> Option<PathBuf> {
        match minute.fault.as_ref().map(|fault| &fault.cause) {
            Some(Cause::Answers(fault)) => sky.upstream.fail("", fault.clone(), None),
            Some(Cause::Line(mode)) => sky.line.set(*mode).await,
            Some(Cause::Clock(theirs)) => *self.their_clock.lock().unwrap() = *theirs,
            Some(Cause::Address(_) | Cause::Start(_)) | None => {}
        }
        if let Some(fault) = minute.stream {
            sky.upstream.fail("", Fault::Stream(fault), None);
            sky.upstream.cut_streams();
        }
        self.set_clock(sky, minute.ahead).await;
        let disk = sky.disk.as_ref().ok().filter(|_| minute.is_disk_full)?;
        Some(disk.fill())
    }

    async fn end(&self, sky: &mut Sky, filler: Option<PathBuf>) {
        sky.upstream.heal();
        sky.line.set(Mode::Sound).await;
        *self.their_clock.lock().unwrap() = TheirClock::Off(0);
        self.set_clock(sky, 0).await;
        if let Some(filler) = filler {
            fs::remove_file(filler).unwrap();
        }
    }

    /// A reader knows of it before the service may, and of the end of it after.
    async fn set_clock(&self, sky: &Sky, ahead: i64) {
        let Ok(clock) = &sky.clock else { return };
        if ahead == self.ahead.load(Ordering::Relaxed) {
            return;
        }
        if ahead != 0 {
            self.ahead.store(ahead, Ordering::Relaxed);
            sleep(SEEN_WITHIN).await;
        }
        clock.set_ahead(ahead);
        sleep(SEEN_WITHIN).await;
        self.ahead.store(ahead, Ordering::Relaxed);
    }
}

/// Those that need no other start of the service, so that they are of different kinds one
/// after another. Those with the largest answers come early: what they take of memory
/// has been taken when its growth is looked at.
fn in_turn() -> Vec<UpstreamFault> {
    const STRIDE: usize = 7;
    let needs_start = |cause: &Cause| matches!(cause, Cause::Address(_) | Cause::Start(_));
    let all: Vec<_> = of_upstreams().into_iter().filter(|it| !needs_start(&it.cause)).collect();
    let mut in_turn: Vec<_> = Vec::new();
    for begin in 0..STRIDE {
        in_turn.extend(all.iter().skip(begin).step_by(STRIDE).cloned());
    }
    in_turn.sort_by_key(|fault| {
        !matches!(fault.cause, Cause::Answers(Fault::Huge(_) | Fault::GzipBomb))
    });
    in_turn
}

impl Minute {
    fn in_words(&self, sky: &Sky) -> String {
        let mut words = vec![self.fault.as_ref().map_or("all is well", |fault| fault.name)];
        words.extend(self.stream.map(|_| "streams as bad"));
        if sky.clock.is_ok() {
            words.extend((self.ahead < 0).then_some("clock an hour back"));
            words.extend((self.ahead > 0).then_some("clock a day ahead"));
        }
        words.extend(self.is_log_unread.then_some("log unread"));
        words.extend((self.is_disk_full && sky.disk.is_ok()).then_some("disk full"));
        words.join(", ")
    }
}
