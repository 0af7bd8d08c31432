use super::*;

/// Rows that promise something else than they give.
struct Broken {
    columns: Vec<Column>,
    gives: fn(Range<usize>) -> Values,
}

impl Rows for Broken {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn len(&self) -> usize {
        10_000
    }

    fn column(&self, _: usize, range: Range<usize>) -> Values {
        (self.gives)(range)
    }
}

fn broken(gives: fn(Range<usize>) -> Values) -> Arc<Broken> {
    Arc::new(Broken { columns: vec![Column::new("close", ColumnKind::Number)], gives })
}

/// Every format must end with this error, and say nothing after it.
fn check(rows: &Arc<Broken>, message: &str) {
    for format in Form::ALL {
        let mut pieces = written(rows.clone(), Constants::none()).pieces(format);
        let error = pieces.find_map(Result::err).expect("a fault is reported");
        assert_eq!(error.to_string(), message, "{format:?}");
        assert!(pieces.next().is_none(), "{format:?}");
    }
}

#[test]
fn rows_that_break_their_word_end_the_answer() {
    check(
        &broken(|range| Values::Flag(vec![None; range.len()])),
        "column close holds Flag where Number was announced",
    );
    check(
        &broken(|range| Values::Number(vec![None; range.len() - 1])),
        "column close gave 4095 cells for the 4096 rows from 0",
    );
    check(
        &broken(|range| {
            let last = if range.start == 4096 { f64::NAN } else { 1.0 };
            Values::Number(vec![Some(last); range.len()])
        }),
        "column close holds a number that is not finite in the rows from 4096",
    );
}

#[test]
fn columns_of_one_name_are_refused_at_once() {
    let one = || Values::Number(vec![Some(1.0)]);
    for format in Form::ALL {
        let twins = Held::of(vec![("close", one()), ("close", one())]);
        let first = written(twins, Constants::none()).pieces(format).next();
        let error = first.unwrap().unwrap_err().to_string();
        assert_eq!(error, "column close stands twice in one table");
    }
}

#[test]
fn a_head_without_names_is_refused() {
    let error = Head::of(&[1, 2]).unwrap_err();
    assert_eq!(error.to_string(), "the head of an answer must be a JSON object, not [1,2]");
}
