use std::io::{Cursor, Write};

use market::Catalog;
use proptest::prelude::*;
use testkit::recordings;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::ecb::facts::FACTS;

const XML: &str = "<?xml version='1.0' encoding='UTF-8'?>\n\
    <gesmes:Envelope xmlns:gesmes='http://www.gesmes.org/xml/2002-08-01' \
    xmlns='http://www.ecb.int/vocabulary/2002-08-01/eurofxref'>\
    <gesmes:subject>Reference rates</gesmes:subject><Cube>\
    <Cube time='2025-10-29'><Cube currency='USD' rate='1.1640'/><Cube currency='JPY' rate='177.05'/></Cube>\
    <Cube time='2025-10-28'><Cube currency='USD' rate='1.1655'/></Cube>\
    </Cube></gesmes:Envelope>";

const TABLE: &str = "Date,USD,BGN,HRK,\n\
    2026-01-02,1.1721,N/A,N/A,\n\
    2025-12-31,1.1750,1.9558,N/A,\n\
    2022-12-30,1.0666,1.9558,7.5345,\n";

fn asked(symbol: &str) -> Instrument {
    Catalog::new().instrument(&symbol.parse().unwrap())
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn closes(days: &Days, code: &str) -> Vec<String> {
    bars(days, code).unwrap().0.iter().map(|bar| format!("{} {}", bar.date, bar.close)).collect()
}

fn zipped(table: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("eurofxref-hist.csv", SimpleFileOptions::default()).unwrap();
    archive.write_all(table).unwrap();
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_rate_is_true_at_the_concertation_of_its_day() {
    let days = xml(XML.as_bytes()).unwrap();
    let quote = quote(&days, &asked("EUR/USD"), at("2025-10-30T08:00:00Z")).unwrap();
    assert_eq!(quote.price.to_string(), "1.164");
    assert_eq!(quote.currency, "USD".parse().ok());
    assert_eq!(quote.as_of, Some(at("2025-10-29T13:10:00Z")), "14:10 in Frankfurt, in winter");
    assert_eq!(quote.previous, None);
}

#[test]
fn days_without_any_rate_are_not_currencies_that_have_ended() {
    let missing = SourceError::Unreadable("every rate is missing".to_owned());
    let empty = b"<E><Cube><Cube time='2025-10-29'></Cube></Cube></E>";
    assert_eq!(xml(empty), Err(missing.clone()));
    assert_eq!(table(b"Date,USD,BGN,\n2025-10-29,N/A,N/A,\n"), Err(missing));
}

#[test]
fn only_the_euro_in_another_currency_is_published() {
    for symbol in ["USD/EUR", "GBP/USD", "EUR/EUR", "AAPL"] {
        assert!(matches!(code(&asked(symbol)), Err(SourceError::NotOffered(_))), "{symbol}");
    }
    let days = xml(XML.as_bytes()).unwrap();
    let refusal = quote(&days, &asked("EUR/HRK"), at("2025-10-30T08:00:00Z")).unwrap_err();
    assert_eq!(refusal.to_string(), "not offered there: HRK is not among the currencies published");
}

#[test]
fn a_bar_is_a_close_at_its_business_day() {
    let bars = bars(&xml(XML.as_bytes()).unwrap(), "USD").unwrap().0;
    assert_eq!(bars[0].open_time, at("2025-10-28T23:00:00Z"));
    assert_eq!((bars[0].open, bars[0].high, bars[0].low, bars[0].volume), (None, None, None, None));
    assert!(!bars[0].provisional);
}

#[test]
fn not_available_is_a_hole_and_currencies_end() {
    let days = table(TABLE.as_bytes()).unwrap();
    assert_eq!(closes(&days, "HRK"), ["2022-12-30 7.5345"]);
    assert_eq!(closes(&days, "BGN"), ["2025-12-31 1.9558", "2022-12-30 1.9558"]);
    assert_eq!(closes(&days, "USD").len(), 3);
    assert!(
        matches!(bars(&days, ""), Err(SourceError::NotOffered(_))),
        "a trailing comma is no currency"
    );
}

#[test]
fn the_table_is_read_zipped_or_bare() {
    assert_eq!(table(&zipped(TABLE.as_bytes())), table(TABLE.as_bytes()));
}

#[test]
fn a_zip_that_unpacks_to_too_much_is_refused() {
    let bomb = zipped(&vec![b'1'; 33 << 20]);
    assert!(bomb.len() < 1 << 20);
    let refusal = table(&bomb).unwrap_err().to_string();
    assert!(refusal.contains("unpacks to more"), "{refusal}");
}

#[test]
fn a_page_in_place_of_a_file_is_unreadable() {
    let pages =
        [&b"<html><head><title>Illegal xml file</title></head></body></html>"[..], b"<html/>", b""];
    for page in pages {
        assert!(matches!(xml(page), Err(SourceError::Unreadable(_))));
        assert!(matches!(table(page), Err(SourceError::Unreadable(_))));
    }
}

#[test]
fn deep_nesting_does_not_exhaust_the_stack() {
    let deep = format!("{}{}", "<a>".repeat(200_000), "</a>".repeat(200_000));
    assert!(matches!(xml(deep.as_bytes()), Err(SourceError::Unreadable(_))));
}

#[test]
fn one_bad_rate_is_set_aside_and_the_others_are_read() {
    let (sign, none) = (Impossible::Sign, Impossible::NoNumber);
    for (bad, reason) in
        [("", none), ("-1", sign), ("0", sign), ("inf", none), ("NaN", none), ("1,17", none)]
    {
        let days = xml(XML.replace("1.1655", bad).as_bytes()).unwrap();
        assert_eq!(closes(&days, "USD"), ["2025-10-29 1.164"], "{bad:?}");
        let date = Some(jiff::civil::date(2025, 10, 28));
        let aside = SetAside { element: Element::Bar, date, reason };
        assert_eq!(bars(&days, "USD").unwrap().1, [aside]);
        assert_eq!(bars(&days, "JPY").unwrap().1, []);
    }
    let days = xml(XML.replace("1.1640", "?").as_bytes()).unwrap();
    let now = at("2025-10-30T08:00:00Z");
    assert!(matches!(quote(&days, &asked("EUR/USD"), now), Err(SourceError::Unreadable(_))));
    assert_eq!(quote(&days, &asked("EUR/JPY"), now).unwrap().price.to_string(), "177.05");
    assert!(table(b"Date,USD,\n2025-10-29,abc,\n").is_err(), "no rate at all");
}

#[test]
fn a_row_of_no_day_is_set_aside_whole() {
    let rows = b"Date,USD,JPY,\n2025-13-29,1.1,177,\n2025-10-28,1.2\n2025-10-27,1.3,178,\n";
    let days = table(rows).unwrap();
    assert_eq!(closes(&days, "USD"), ["2025-10-27 1.3"]);
    let reasons: Vec<_> = bars(&days, "JPY").unwrap().1.iter().map(|it| it.reason).collect();
    assert_eq!(reasons, [Impossible::NoTime, Impossible::NoTime]);
}

#[test]
fn a_refusal_in_place_of_a_file_is_one() {
    for read in [xml, table] {
        let found = read(b"<html>429 Too Many Requests</html>").unwrap_err();
        assert_eq!(found.reason(), "throttled");
    }
}

#[test]
fn recorded_xml_is_read() {
    for folder in ["ecb/eurofxref-daily", "ecb/eurofxref-hist-90d"] {
        for (name, body) in recordings::all(folder, ".xml") {
            let days = xml(&body).unwrap();
            let text = String::from_utf8(body).unwrap();
            let rates: usize = days.iter().map(|day| day.rates.len()).sum();
            assert_eq!(rates, text.matches("currency=").count(), "{name}");
            assert_eq!(days.iter().len(), text.matches("time=").count(), "{name}");
        }
    }
    for (name, body) in recordings::all("ecb/errors", ".xml") {
        assert!(matches!(xml(&body), Err(SourceError::Unreadable(_))), "{name}");
    }
}

#[test]
fn the_recorded_table_is_read() {
    for (name, body) in recordings::all("ecb/eurofxref-hist-csv", ".csv") {
        let days = table(&body).unwrap();
        let text = String::from_utf8(body).unwrap();
        assert_eq!(days.iter().len(), text.lines().count() - 1, "{name}");
        assert_eq!(closes(&days, "HRK")[0], "2022-12-30 7.5365", "{name}");
        assert!(closes(&days, "RUB")[0].starts_with("2022-03-01 "), "{name}");
        assert!(closes(&days, "BGN")[0].starts_with("2025-12-31 "), "{name}");
        assert_eq!(closes(&days, "USD")[0], "2026-04-13 1.1684", "{name}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = xml(&body);
        let _ = table(&body);
        let _ = table(&[b"PK\x03\x04", &body[..]].concat());
    }

    #[test]
    fn no_changed_byte_makes_it_panic(at in 0_usize..600, byte: u8) {
        let change = |valid: &[u8]| {
            let mut body = valid.to_vec();
            let at = at % body.len();
            body[at] = byte;
            body
        };
        for days in [xml(&change(XML.as_bytes())), table(&change(TABLE.as_bytes())), table(&change(&zipped(TABLE.as_bytes())))] {
            let Ok(days) = days else { continue };
            let _ = bars(&days, "USD");
            let _ = quote(&days, &asked("EUR/USD"), Timestamp::UNIX_EPOCH);
        }
    }
}

#[test]
fn every_currency_of_the_banks_file_is_declared_and_no_other() {
    let rates = FACTS.reference.as_ref().unwrap();
    for (name, body) in recordings::all("ecb/eurofxref-hist-csv", ".csv") {
        let table = String::from_utf8(body).unwrap();
        let head = table.lines().next().unwrap().split(',').skip(1);
        let codes: Vec<&str> = head.filter(|code| !code.is_empty()).collect();
        for code in &codes {
            assert!(rates.has(code), "{name}: {code}");
        }
        assert_eq!(
            codes.len(),
            rates.currencies.len() + rates.ended.len() + rates.stopped.len(),
            "{name}"
        );
    }
}
