use super::*;

#[test]
fn json_says_the_head_once_and_rows_as_objects() {
    let expected = concat!(
        r#"{"symbol":"CAC40","currency":null,"age_s":3,"history":["#,
        r#"{"date":"2024-01-02","at":"2024-01-02T08:00:00Z","close":7530.86,"#,
        r#""note":"a \"b\", c","provisional":false,"trades":-5},"#,
        r#"{"date":"2024-01-03","at":null,"close":7411,"#,
        r#""note":null,"provisional":null,"trades":null},"#,
        r#"{"date":null,"at":null,"close":null,"#,
        r#""note":"=1+1","provisional":true,"trades":9007199254740993}]}"#,
    );
    assert_eq!(text(Form::JSON, sample()), expected);
}

#[test]
fn columns_are_arrays_of_one_length() {
    let expected = concat!(
        r#"{"symbol":"CAC40","currency":null,"age_s":3,"columns":{"#,
        r#""date":["2024-01-02","2024-01-03",null],"#,
        r#""at":["2024-01-02T08:00:00Z",null,null],"#,
        r#""close":[7530.86,7411,null],"#,
        r#""note":["a \"b\", c",null,"=1+1"],"#,
        r#""provisional":[false,null,true],"#,
        r#""trades":[-5,null,9007199254740993]}}"#,
    );
    assert_eq!(text(Form::COLUMNS, sample()), expected);
}

#[test]
fn csv_has_a_line_of_names_and_constants_at_the_end() {
    let expected = "\
date,at,close,note,provisional,trades,symbol,currency,simulated,received_at
2024-01-02,2024-01-02T08:00:00Z,7530.86,\"a \"\"b\"\", c\",false,-5,CAC40,,false,2024-01-04T17:40:00Z
2024-01-03,,7411,,,,CAC40,,false,2024-01-04T17:40:00Z
,,,'=1+1,true,9007199254740993,CAC40,,false,2024-01-04T17:40:00Z
";
    assert_eq!(text(Form::CSV, sample()), expected);
}

#[test]
fn ndjson_has_one_object_a_line_with_the_constants() {
    let table = Held::of(vec![("close", Values::Number(vec![Some(0.1), None]))]);
    let expected = concat!(
        r#"{"close":0.1,"symbol":"CAC40","currency":null,"simulated":false,"#,
        r#""received_at":"2024-01-04T17:40:00Z"}"#,
        "\n",
        r#"{"close":null,"symbol":"CAC40","currency":null,"simulated":false,"#,
        r#""received_at":"2024-01-04T17:40:00Z"}"#,
        "\n",
    );
    assert_eq!(text(Form::NDJSON, table), expected);
}

#[test]
fn no_rows_are_an_answer_too() {
    let none = || Held::of(vec![("close", Values::Number(Vec::new()))]);
    let head = r#"{"symbol":"CAC40","currency":null,"age_s":3,"#;
    assert_eq!(text(Form::JSON, none()), format!(r#"{head}"history":[]}}"#));
    assert_eq!(text(Form::COLUMNS, none()), format!(r#"{head}"columns":{{"close":[]}}}}"#));
    assert_eq!(text(Form::CSV, none()), "close,symbol,currency,simulated,received_at\n");
    assert_eq!(text(Form::NDJSON, none()), "");
}

#[test]
fn an_empty_head_leaves_the_rows_alone() {
    let whole = |format| -> Vec<u8> {
        let rows = Held::of(vec![("close", Values::Number(vec![Some(1.5)]))]);
        bare(rows).pieces(format).flat_map(Result::unwrap).collect()
    };
    assert_eq!(whole(Form::JSON), br#"{"rows":[{"close":1.5}]}"#);
    assert_eq!(whole(Form::COLUMNS), br#"{"columns":{"close":[1.5]}}"#);
}

#[test]
fn a_column_of_the_rows_stands_for_the_constant_of_its_name() {
    let symbols = Values::Text(vec![Some("BTC/EUR".into()), Some("EUR/USD".into())]);
    let expected = "\
symbol,currency,simulated,received_at
BTC/EUR,,false,2024-01-04T17:40:00Z
EUR/USD,,false,2024-01-04T17:40:00Z
";
    assert_eq!(text(Form::CSV, Held::of(vec![("symbol", symbols)])), expected);
}

#[test]
fn a_csv_text_never_begins_as_a_formula_and_a_number_keeps_its_sign() {
    let first_cell = |values: Values| {
        let bytes =
            bare(Held::of(vec![("cell", values)])).pieces(Form::CSV).flat_map(Result::unwrap);
        String::from_utf8(bytes.collect()).unwrap().split_once('\n').unwrap().1.to_owned()
    };
    for (text, cell) in [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)\n"),
        ("+1", "'+1\n"),
        ("-1", "'-1\n"),
        ("@SUM", "'@SUM\n"),
        ("\t=1", "'\t=1\n"),
        ("\r=1", "\"'\r=1\"\n"),
        ("＝1", "'＝1\n"),
        ("^GSPC", "^GSPC\n"),
        ("EURUSD=X", "EURUSD=X\n"),
        ("", "\"\"\n"), // alone in its line, which would be blank without the quotes
    ] {
        assert_eq!(first_cell(Values::Text(vec![Some(text.into())])), cell, "{text:?}");
    }
    assert_eq!(first_cell(Values::Number(vec![Some(-0.5)])), "-0.5\n");
    assert_eq!(first_cell(Values::Whole(vec![Some(-7)])), "-7\n");
}
