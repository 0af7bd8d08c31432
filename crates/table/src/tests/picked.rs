use super::*;
use crate::picked::{FieldsError, Picked};

fn prices() -> Arc<Held> {
    Held::of(vec![
        ("date", Values::Date(vec![Some(day(1, 2))])),
        ("open", Values::Number(vec![Some(1.0)])),
        ("close", Values::Number(vec![Some(2.0)])),
    ])
}

fn refusal(fields: &str) -> FieldsError {
    Picked::new(prices(), fields).err().unwrap()
}

#[test]
fn columns_come_in_the_order_asked_and_constants_stay() {
    let picked = Arc::new(Picked::new(prices(), "close, date").unwrap());
    let expected = "\
close,date,symbol,currency,simulated,received_at
2,2024-01-02,CAC40,,false,2024-01-04T17:40:00Z
";
    assert_eq!(text(Form::CSV, picked), expected);
}

#[test]
fn a_name_that_does_not_exist_is_refused_with_those_that_do() {
    insta::assert_snapshot!(refusal("date,clsoe"), @r#"no column "clsoe"; did you mean close?; there are date, open, close"#);
    insta::assert_snapshot!(refusal("volume"), @r#"no column "volume"; there are date, open, close"#);
    insta::assert_snapshot!(refusal("date,"), @r#"no column ""; there are date, open, close"#);
    insta::assert_snapshot!(refusal("close,date,close"), @"column close is named twice; name it once");
}

fn simulated(mark: &[Option<bool>]) -> Arc<Held> {
    let closes = vec![Some(1.0); mark.len()];
    Held::of(vec![
        ("simulated", Values::Flag(mark.to_vec())),
        ("close", Values::Number(closes)),
        ("open", Values::Number(vec![None; mark.len()])),
    ])
}

#[test]
fn the_mark_of_simulated_rows_cannot_be_left_out() {
    let columns = |mark: &[Option<bool>], fields| {
        let picked = Picked::new(simulated(mark), fields).unwrap();
        picked.columns().iter().map(|column| column.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(columns(&[Some(false), Some(true)], "close,open"), ["close", "open", "simulated"]);
    assert_eq!(columns(&[Some(true)], "close,simulated"), ["close", "simulated"]);
    assert_eq!(columns(&[Some(false), None], "close"), ["close"]);
}

#[test]
fn a_figure_alone_is_bare() {
    let of = |values| {
        let column = [("tiny", values), ("note", Values::Text(vec![Some("=a, b".into()), None]))];
        written(Held::of(column.into()), Constants::none())
    };
    let numbers = |cell| of(Values::Number(vec![cell, Some(2.0)]));
    for (cell, expected) in [
        (Some(231.5), Some("231.5")),
        (Some(53_953.0), Some("53953")),
        (Some(0.000_000_012), Some("0.000000012")),
        (Some(-37.63), Some("-37.63")),
        (None, None),
    ] {
        assert_eq!(numbers(cell).figure("tiny").unwrap().as_deref(), expected);
    }
    assert_eq!(numbers(None).figure("note").unwrap().as_deref(), Some("=a, b"));
    assert!(matches!(numbers(None).figure("tiny,note"), Err(FieldsError::Unknown { .. })));
    let none = of(Values::Number(Vec::new()));
    assert_eq!(none.figure("tiny").unwrap(), None);
}
