use tracing::warn;

use super::Refresher;

impl Refresher {
    /// Sees whether somebody set the wall clock. What was received before is dated by
    /// another clock then: everything is refreshed, as far as budgets go.
    pub(crate) fn look_at_clock(&self) {
        let Some(step) = self.context.clock_step() else { return };
        let way = if step.is_negative() { "back" } else { "forward" };
        let by_s = step.abs().as_secs();
        warn!(by_s, "the machine's clock was set {way} by {by_s} s; everything is refreshed");
        self.board.clock_was_set(step);
        self.schedule.all_due(self.context.moment());
    }
}
