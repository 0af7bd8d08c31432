use std::path::Path;

use egress::{Egress, Route, RouteError, Trust};

use super::reader::Reader;

/// How upstreams are reached: what the variables say that other programs go by as well,
/// and whom we trust besides.
pub(super) fn read(reader: &mut Reader<'_>) -> Egress {
    let route = Route::of(|name| reader.variable(name));
    let route = route.unwrap_or_else(|error: RouteError| {
        // It may hold a password.
        reader.unusable::<Route>(error.variable, &error.to_string());
        Route::default()
    });
    // Who started us may be led here by a proxy of ours.
    let route = route.unless_own();
    let trust = reader.parse("MARKETPULSE_CA_FILE", trust);
    Egress::new(route, trust)
}

fn trust(path: &str) -> Result<Trust, String> {
    if path.is_empty() {
        return Ok(Trust::default());
    }
    Trust::read(Path::new(path)).map_err(|error| error.to_string())
}
