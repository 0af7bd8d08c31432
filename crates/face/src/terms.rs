//! What the terms of sources let whoever shows a key have.

use std::fmt::Write;

use access::Audience;
use axum::http::StatusCode;
use engine::Engine;
use http::{Caller, Clearance, Problem};
use market::{Redistribution, Source, Symbol};

/// By which terms answers go to a caller that shows them to others.
#[derive(Clone)]
pub struct Terms {
    engine: Engine,
    /// Whose key it is.
    name: String,
    wanted: Redistribution,
}

impl Terms {
    /// Those for a caller; `None` where nothing limits what it may have, as it shows its
    /// answers to nobody.
    pub fn of(engine: &Engine, caller: &Caller) -> Option<Self> {
        let wanted = match caller.audience() {
            Audience::Private => return None,
            Audience::Internal => Redistribution::Internal,
            Audience::Public => Redistribution::Public,
        };
        let name = caller.pass()?.name().to_string();
        Some(Self { engine: engine.clone(), name, wanted })
    }

    /// Whether the answers of an engine so far may go to it.
    pub fn clearance(&self, asked: &Engine) -> Clearance {
        match (asked.whose(), self.withheld(asked)) {
            (None, _) => Clearance::Unknown,
            (_, Some(why)) => Clearance::Refused(problem(why)),
            (Some(_), None) => Clearance::Given,
        }
    }

    /// Why what an engine has answered so far may not go to it; `None` where it may.
    pub fn withheld(&self, asked: &Engine) -> Option<String> {
        let whose = asked.whose().unwrap_or_default();
        whose.iter().find_map(|(source, symbol)| self.refusal(source, symbol.as_ref()))
    }

    /// Why what a source tells may not go to it: which source, which terms, and what would
    /// work; `None` where it may.
    pub fn refusal(&self, source: &Source, symbol: Option<&Symbol>) -> Option<String> {
        let terms = self.engine.terms_of(source);
        if terms.is_some_and(|(allowed, _)| allowed >= self.wanted) {
            return None;
        }
        let mut why = symbol.map(|symbol| format!("{symbol}: ")).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = match terms {
            Some((allowed, at)) => write!(
                why,
                "what {source} tells is for {} ({}; its terms: {at})",
                allowed.whom(),
                allowed.as_str()
            ),
            None => write!(why, "of {source} no terms are known that let it be shown to others"),
        };
        let (name, wanted) = (&self.name, self.wanted.as_str());
        let _ = write!(why, ", and the key of {name} is for {wanted} use; ");
        why.push_str(&self.what_would_work(terms.map(|(allowed, _)| allowed)));
        Some(why)
    }

    fn what_would_work(&self, allowed: Option<Redistribution>) -> String {
        let allowed = allowed.unwrap_or(Redistribution::Private).as_str();
        let key =
            format!("use a key made with --redistribution {allowed} and show it to no others");
        let others = self.engine.upstreams().into_iter().map(|it| it.source);
        let may = |it: &Source| self.engine.terms_of(it).is_some_and(|(it, _)| it >= self.wanted);
        let others: Vec<_> = others.filter(may).map(|it| it.to_string()).collect();
        match &others[..] {
            [] => key,
            others => format!("{key}, or ask for what {} tells", others.join(" or ")),
        }
    }
}

fn problem(why: String) -> Problem {
    let forbidden = StatusCode::FORBIDDEN;
    Problem::new(forbidden, "/problems/redistribution", "Not to be passed on", why)
        .because("redistribution")
}
