use std::sync::mpsc;

use super::*;

/// Sends each write to whoever looks; where a gate is given, waits for it first.
struct Seen {
    to: mpsc::Sender<String>,
    gate: Option<mpsc::Receiver<()>>,
}

impl Write for Seen {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        if let Some(gate) = &self.gate {
            // Whoever holds it has left.
            let _ = gate.recv();
        }
        self.to.send(String::from_utf8(text.to_vec()).unwrap()).unwrap();
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn gap() -> Gap {
    Box::new(|n| format!("{n} dropped\n").into_bytes())
}

const LONG: Duration = Duration::from_mins(5);

#[test]
fn lines_come_in_order_and_all_are_there_after_a_flush() {
    let (to, written) = mpsc::channel();
    let lines = Lines::start(Seen { to, gate: None }, gap()).unwrap();
    for n in 0..100 {
        lines.add(format!("{n}\n").as_bytes(), n % 7 == 0);
    }
    lines.flush(LONG);
    let all: String = written.try_iter().collect();
    assert!(all.lines().map(|line| line.parse::<i32>().unwrap()).eq(0..100), "{all}");
}

#[test]
fn a_line_is_written_without_another_after_it() {
    let (to, written) = mpsc::channel();
    let lines = Lines::start(Seen { to, gate: None }, gap()).unwrap();
    for line in ["1\n", "2\n"] {
        lines.add(line.as_bytes(), false);
        assert_eq!(written.recv_timeout(LONG).unwrap(), line);
    }
}

#[test]
fn nobody_waits_for_a_reader_who_takes_nothing_and_the_newest_lines_are_kept() {
    let ((to, written), (open, gate)) = (mpsc::channel(), mpsc::channel());
    let lines = Lines::start(Seen { to, gate: Some(gate) }, gap()).unwrap();
    let line = |n: usize| format!("{n:>99}\n");
    // Three times as much as there is room for, and nothing is taken.
    let many = 3 * ROOM / line(0).len();
    for n in 0..many {
        lines.add(line(n).as_bytes(), n % 2 == 0);
    }
    lines.flush(Duration::ZERO);
    drop(open);
    lines.flush(LONG);
    let all: String = written.try_iter().collect();
    let said: usize =
        all.lines().filter_map(|line| line.strip_suffix(" dropped")?.parse::<usize>().ok()).sum();
    let kept: Vec<&str> = all.lines().filter(|line| !line.ends_with("dropped")).collect();
    assert_eq!(said + kept.len(), many);
    assert!(said > many / 4, "{said} of {many} were dropped");
    assert_eq!(*kept.last().unwrap(), line(many - 1).trim_end());
    let end = kept.iter().rev().take(100).rev().map(|line| line.trim().parse::<usize>().unwrap());
    assert!(end.eq(many - 100..many));
}

#[test]
fn a_line_without_room_takes_the_place_of_the_oldest() {
    let mut waiting = Waiting::default();
    for line in ["1\n", "2\n", "longer than the room\n", "3\n", "45\n"] {
        waiting.push(line.as_bytes(), 6);
    }
    assert_eq!(waiting.text.make_contiguous(), b"3\n45\n");
    assert_eq!(waiting.dropped, 3);
}

/// Takes so many bytes, and then fails for a while.
struct Full(usize, mpsc::Sender<String>);

impl Write for Full {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let n = self.0.min(text.len());
        self.0 -= n;
        self.1.send(String::from_utf8(text[..n].to_vec()).unwrap()).unwrap();
        if n == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(n) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_a_full_disk_does_not_take_is_counted_and_the_next_line_begins_anew() {
    let (to, written) = mpsc::channel();
    let mut out = Out { to: Full(5, to), is_mid_line: false };
    assert_eq!(count(out.write(b"one\ntwo\nthree\n")), 2);
    assert_eq!(count(out.write(b"four\n")), 1);
    out.to.0 = 100;
    assert!(out.write(b"five\n").is_empty());
    assert_eq!(written.try_iter().collect::<String>(), "one\nt\nfive\n");
}

#[test]
fn lines_of_many_threads_come_whole_and_in_each_one_s_order() {
    let (to, written) = mpsc::channel();
    let lines = Lines::start(Seen { to, gate: None }, gap()).unwrap();
    thread::scope(|threads| {
        for name in ["a", "b", "c"] {
            let lines = &lines;
            threads.spawn(move || {
                for n in 0..500 {
                    lines.add(format!("{name} {n}\n").as_bytes(), n % 7 == 0);
                }
            });
        }
    });
    lines.flush(LONG);
    let all: String = written.try_iter().collect();
    for name in ["a ", "b ", "c "] {
        let numbers = all.lines().filter_map(|line| line.strip_prefix(name));
        let numbers: Vec<u32> = numbers.map(|n| n.parse().unwrap()).collect();
        assert_eq!(numbers, (0..500).collect::<Vec<_>>());
    }
}
