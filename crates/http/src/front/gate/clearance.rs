//! What goes to whoever shows it to others: nothing of which it is not known that it may.

use access::Pass;
use axum::http::{Method, StatusCode};

use super::{Gate, TurnedAway};
use crate::caller::{Caller, Clearance};
use crate::problem::Problem;

impl Gate {
    /// Why an answer may not go to its caller. A refusal has no figures, and neither has
    /// what is at an address that is known to have none.
    pub(in crate::front) fn withheld(
        &self,
        caller: &Caller,
        (method, path): (&Method, &str),
        status: StatusCode,
    ) -> Option<Problem> {
        let is_refusal = status.is_client_error() || status.is_server_error();
        if is_refusal || status.is_redirection() || (self.terms.has_no_figures)(path) {
            return None;
        }
        let why = match caller.clearance() {
            Clearance::Given => return None,
            Clearance::Refused(why) => why,
            Clearance::Unknown => unknown(),
        };
        self.turn_away(&TurnedAway {
            address: caller.address(),
            key: caller.pass().map(Pass::name),
            method,
            path: &access::masked(path),
            reason: "redistribution",
        });
        Some(why)
    }
}

/// The answer of a route that does not say whose figures it has is no answer for everybody.
fn unknown() -> Problem {
    let detail = "it is not known whose figures are at this address, so none go to a key whose holder shows them to others; use a key made with --redistribution private";
    Problem::plain(StatusCode::FORBIDDEN, "Not allowed", detail).because("redistribution")
}
