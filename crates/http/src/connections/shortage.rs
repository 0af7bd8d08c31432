use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use tracing::warn;

use super::figures::REFUSED;
use super::places::{Place, Places};
use super::refusals::Refusals;

/// What is done while connections are short is said together: those who press may
/// be thousands a second.
const LOG_AFTER: Duration = Duration::from_secs(1);

/// Gives out places for connections, and says when they are short.
pub(super) struct Shortage {
    most: usize,
    places: Arc<Places>,
    refusals: Refusals,
    closed: u64,
    refused: u64,
    /// Until it is logged; none where there is nothing to log.
    until_logged: Option<Pin<Box<Sleep>>>,
}

impl Shortage {
    pub(super) fn new(most: usize) -> Self {
        let (places, refusals) = (Places::new(most), Refusals::new());
        Self { most, places, refusals, closed: 0, refused: 0, until_logged: None }
    }

    /// A place for a newcomer, if need be of somebody who needs it less.
    pub(super) fn place(&mut self) -> Option<Place> {
        if let Some(place) = self.places.free() {
            return Some(place);
        }
        self.make_room().then(|| self.places.take())
    }

    /// Closes a connection that nobody needs, if there is one.
    pub(super) fn make_room(&mut self) -> bool {
        let has_room = self.places.take_one_back();
        if has_room {
            self.closed += 1;
            self.is_to_be_logged();
        }
        has_room
    }

    /// Ends a connection for which there is no place.
    pub(super) fn refuse(&mut self, stream: TcpStream) {
        self.refused += 1;
        REFUSED.inc();
        self.is_to_be_logged();
        self.refusals.tell(stream);
    }

    fn is_to_be_logged(&mut self) {
        self.until_logged.get_or_insert_with(|| Box::pin(sleep(LOG_AFTER)));
    }

    /// Ends when it has been said what was done; never where nothing was.
    pub(super) async fn tell(&mut self) {
        match &mut self.until_logged {
            Some(until) => until.await,
            None => return std::future::pending().await,
        }
        self.tell_now();
    }

    /// Says what was done and not said yet, as before a stop.
    pub(super) fn tell_now(&mut self) {
        if self.until_logged.take().is_none() {
            return;
        }
        let Self { most, closed, refused, .. } = *self;
        warn!(most, closed, refused, "connections are short; idle ones are closed for new ones");
        (self.closed, self.refused) = (0, 0);
    }
}
