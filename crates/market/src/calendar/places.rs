//! Which calendar holds for places that have none of their own.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Calendar;

/// Segments, and exchanges that keep the days of another: their code, and the
/// code of the exchange whose calendar they go by. Operating codes and segments
/// are those of ISO 10383.
const SEGMENTS: [(&str, &[&str]); 28] = [
    (
        "XNYS",
        &[
            "XNAS", "XNGS", "XNMS", "XNCM", "XASE", "ARCX", "BATS", "BATY", "EDGA", "EDGX", "IEXG",
            "XBOS", "XPHL", "XCHI", "XCIS", "OOTC", "OTCM", "OTCQ", "OTCB", "PINX", "PSGM", "XCBO",
        ],
    ),
    ("CMES", &["XCME", "XCBT", "XCEC", "XNYM", "GLBX"]),
    ("IEPA", &["IFUS", "NYFE"]),
    ("XCBF", &["CFEX"]),
    ("XTSE", &["XTSX", "XTNX", "XCNQ", "NEOE"]),
    ("XMEX", &["BIVA"]),
    ("XPAR", &["ALXP", "XMLI"]),
    ("XBRU", &["ALXB", "MLXB"]),
    ("XAMS", &["TNLA", "XEUC"]),
    ("XLIS", &["ALXL", "ENXL"]),
    ("XDUB", &["XESM", "XMSM"]),
    ("XMIL", &["MTAA", "ETFP", "EXGM", "XAIM", "MIVX"]),
    ("XOSL", &["XOAS", "MERK", "XOBD"]),
    ("XLON", &["AIMX", "XLOM"]),
    ("XETR", &["XETA", "XETB", "XETU"]),
    ("XFRA", &["FRAA", "FRAB", "FRAS"]),
    // The floors of Germany keep the same days and trade from eight to ten.
    ("XDUS", &["DUSA", "XBER", "BERA", "XHAN", "HANA", "XMUN", "MUNA", "XGAT", "TGAT", "XQTX"]),
    ("XSTU", &["STUA"]),
    ("XHAM", &["HAMA"]),
    ("XSWX", &["XVTX", "XBRN"]),
    ("XSTO", &["FNSE", "XNGM", "NSME"]),
    ("XCSE", &["FNDK"]),
    ("XHEL", &["FNFI"]),
    ("XICE", &["FNIS"]),
    ("ASEX", &["XATH"]),
    ("XMOS", &["MISX", "RTSX"]),
    ("XBOM", &["XNSE", "BSME"]),
    ("XASX", &["CHIA", "XCXA"]),
];

/// The same of Asia's great ones, whose second boards stand in the same town.
const BOARDS: [(&str, &str); 11] = [
    ("XSHE", "XSHG"),
    ("XGEM", "XHKG"),
    ("XKOS", "XKRX"),
    ("XKON", "XKRX"),
    ("ROCO", "XTAI"),
    ("XJPX", "XTKS"),
    ("XJAS", "XTKS"),
    ("XOSE", "XTKS"),
    ("XFKA", "XTKS"),
    ("XSAP", "XTKS"),
    ("XTAF", "XTAI"),
];

/// The main exchange of a zone of the tz database: what an index or a fund there
/// goes by.
const MAIN: [(&str, &str); 66] = [
    ("America/New_York", "XNYS"),
    // Indices of Chicago are computed while New York's shares trade.
    ("America/Chicago", "XNYS"),
    ("America/Toronto", "XTSE"),
    ("America/Vancouver", "XTSE"),
    ("America/Mexico_City", "XMEX"),
    ("America/Sao_Paulo", "BVMF"),
    ("America/Argentina/Buenos_Aires", "XBUE"),
    ("America/Buenos_Aires", "XBUE"),
    ("America/Santiago", "XSGO"),
    ("America/Bogota", "XBOG"),
    ("America/Lima", "XLIM"),
    ("Atlantic/Bermuda", "XBDA"),
    ("Atlantic/Reykjavik", "XICE"),
    ("Europe/London", "XLON"),
    ("Europe/Dublin", "XDUB"),
    ("Europe/Paris", "XPAR"),
    ("Europe/Amsterdam", "XAMS"),
    ("Europe/Brussels", "XBRU"),
    ("Europe/Luxembourg", "XLUX"),
    ("Europe/Lisbon", "XLIS"),
    ("Europe/Madrid", "XMAD"),
    ("Europe/Rome", "XMIL"),
    ("Europe/Berlin", "XETR"),
    ("Europe/Zurich", "XSWX"),
    ("Europe/Vienna", "XWBO"),
    ("Europe/Stockholm", "XSTO"),
    ("Europe/Copenhagen", "XCSE"),
    ("Europe/Oslo", "XOSL"),
    ("Europe/Helsinki", "XHEL"),
    ("Europe/Tallinn", "XTAL"),
    ("Europe/Riga", "XRIS"),
    ("Europe/Vilnius", "XLIT"),
    ("Europe/Warsaw", "XWAR"),
    ("Europe/Prague", "XPRA"),
    ("Europe/Bratislava", "XBRA"),
    ("Europe/Budapest", "XBUD"),
    ("Europe/Bucharest", "XBSE"),
    ("Europe/Belgrade", "XBEL"),
    ("Europe/Zagreb", "XZAG"),
    ("Europe/Ljubljana", "XLJU"),
    ("Europe/Athens", "ASEX"),
    ("Europe/Istanbul", "XIST"),
    ("Europe/Moscow", "XMOS"),
    ("Asia/Nicosia", "XCYS"),
    ("Asia/Jerusalem", "XTAE"),
    ("Asia/Tel_Aviv", "XTAE"),
    ("Asia/Riyadh", "XSAU"),
    ("Africa/Johannesburg", "XJSE"),
    ("Asia/Karachi", "XKAR"),
    ("Asia/Kolkata", "XBOM"),
    ("Asia/Calcutta", "XBOM"),
    ("Asia/Almaty", "AIXK"),
    ("Asia/Bangkok", "XBKK"),
    ("Asia/Kuala_Lumpur", "XKLS"),
    ("Asia/Singapore", "XSES"),
    ("Asia/Jakarta", "XIDX"),
    ("Asia/Manila", "XPHS"),
    ("Asia/Hong_Kong", "XHKG"),
    ("Asia/Shanghai", "XSHG"),
    ("Asia/Taipei", "XTAI"),
    ("Asia/Seoul", "XKRX"),
    ("Asia/Tokyo", "XTKS"),
    ("Australia/Sydney", "XASX"),
    ("Australia/Melbourne", "XASX"),
    ("Australia/Perth", "XASX"),
    ("Pacific/Auckland", "XNZE"),
];

/// The calendars that places go by, each by the code of a place.
static BY_MIC: LazyLock<HashMap<&str, &Calendar>> = LazyLock::new(|| {
    let own = Calendar::all().map(|calendar| (calendar.mic(), calendar));
    let own: HashMap<_, _> = own.collect();
    let segments =
        SEGMENTS.iter().flat_map(|(exchange, all)| all.iter().map(move |it| (it, exchange)));
    let boards = BOARDS.iter().map(|(board, exchange)| (board, exchange));
    let others =
        segments.chain(boards).filter_map(|(it, exchange)| Some((*it, *own.get(exchange)?)));
    own.clone().into_iter().chain(others).collect()
});

/// The calendars that indices and funds go by, each by its zone.
static BY_ZONE: LazyLock<HashMap<&str, &Calendar>> = LazyLock::new(|| {
    MAIN.into_iter().filter_map(|(zone, mic)| Some((zone, by_mic(mic)?))).collect()
});

/// The calendar that a place goes by: often its own.
pub(super) fn by_mic(mic: &str) -> Option<&'static Calendar> {
    BY_MIC.get(mic).copied()
}

/// The calendar that an index or a fund of a zone goes by.
pub(super) fn main_in(zone: &str) -> Option<&'static Calendar> {
    BY_ZONE.get(zone).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_leads_to_a_calendar_once() {
        let segments = SEGMENTS.iter().flat_map(|(_, segments)| segments.iter().copied());
        let mut places: Vec<&str> =
            segments.chain(BOARDS.iter().map(|(board, _)| *board)).collect();
        assert!(places.iter().all(|mic| Calendar::of(mic).is_some()));
        places.sort_unstable();
        assert!(places.windows(2).all(|two| two[0] != two[1]));
        for (zone, exchange) in MAIN {
            assert_eq!(Calendar::of(exchange).unwrap().mic(), exchange, "{zone}");
        }
    }
}
