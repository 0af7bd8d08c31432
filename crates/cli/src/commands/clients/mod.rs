//! Programs that were written for another service, led to this one without a change: by a
//! proxy of their own (`run`), or by one that stands for all of a machine (`proxy`), which
//! `env` tells a shell of.

mod child;
mod env;
mod place;
mod run;
mod standing;

pub(crate) use env::{EnvArgs, env};
pub(crate) use run::{RunArgs, run, run_help};
pub(crate) use standing::{ProxyArgs, proxy};
