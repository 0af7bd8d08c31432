use table::text::{nearest, short};

use crate::declared::{AnyParam, Place};
use crate::problem::Problem;
use crate::request::Given;

/// What a route takes, as typed values: a struct that [`params!`](crate::params)
/// makes. A handler that has one has nothing left to check.
pub trait Params: Sized {
    /// The declarations, in the order of the document.
    const DECLARED: &'static [&'static AnyParam];

    /// Reads the value of each declaration. [`Params::read`] is the way in.
    ///
    /// # Errors
    ///
    /// The first text that cannot be read, or that is needed and not given.
    fn values(given: &Given) -> Result<Self, Problem>;

    /// Reads a request once: every name is declared, every text can be read,
    /// defaults stand for what is not given.
    ///
    /// # Errors
    ///
    /// The first parameter that is not accepted.
    fn read(given: &Given) -> Result<Self, Problem> {
        accept(given, Self::DECLARED)?;
        Self::values(given)
    }
}

/// A route that takes nothing.
impl Params for () {
    const DECLARED: &'static [&'static AnyParam] = &[];

    fn values(_: &Given) -> Result<Self, Problem> {
        Ok(())
    }
}

/// Refuses every name that is not declared, with the nearest that is, and what is
/// no list and given twice: a misspelt parameter must not silently get another answer.
fn accept(given: &Given, declared: &[&AnyParam]) -> Result<(), Problem> {
    let in_query = || declared.iter().filter(|param| param.place == Place::Query);
    let known: Vec<&str> = in_query().flat_map(|param| param.names()).collect();
    if let Some(name) = given.names().find(|name| !known.contains(name)) {
        return Err(Problem::parameter(&short(name), no_such(name, &known)));
    }
    let is_list = |name: &str| {
        let mut named = in_query().filter(|param| param.names().any(|known| known == name));
        named.any(|param| param.kind.is_list())
    };
    given.repeated_but(is_list).map_or(Ok(()), Err)
}

fn no_such(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("no such parameter; did you mean {near}?"),
        None if known.is_empty() => "no such parameter; this address takes none".to_owned(),
        None => format!("no such parameter; this address takes {}", known.join(", ")),
    }
}

/// Makes the struct of what a route takes: each field is a value with the
/// declaration that it is read by.
///
/// ```
/// use http::kinds::{Optional, Whole};
/// use http::{Given, Param, Params, params};
///
/// const LIMIT: Param<Whole> =
///     Param { default: Some("10"), ..Param::query("limit", Whole(1, 99), "5", "The most rows.") };
/// const SKIP: Param<Optional<Whole>> =
///     Param::query("skip", Optional(Whole(1, 99)), "5", "How many rows to leave out.");
///
/// params! {
///     /// Which rows to give.
///     struct Rows {
///         limit: u32 = LIMIT,
///         skip: Option<u32> = SKIP,
///     }
/// }
///
/// let rows = Rows::read(&Given::of("skip=3", [])).unwrap();
/// assert_eq!((rows.limit, rows.skip), (10, Some(3)));
/// ```
#[macro_export]
macro_rules! params {
    (
        $(#[$about:meta])*
        $seen:vis struct $name:ident {
            $($(#[$note:meta])* $field:ident: $value:ty = $param:expr),* $(,)?
        }
    ) => {
        $(#[$about])*
        #[derive(Debug)]
        $seen struct $name {
            $($(#[$note])* $seen $field: $value),*
        }

        impl $crate::Params for $name {
            const DECLARED: &'static [&'static $crate::AnyParam] = &[$(&$param),*];

            fn values(given: &$crate::Given) -> Result<Self, $crate::Problem> {
                Ok(Self { $($field: $param.read(given)?),* })
            }
        }
    };
}
