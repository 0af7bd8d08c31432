/// What a chart may be drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    /// Eight dots in each character, and lines for the axes.
    Braille,
    /// One star for each character, for terminals that know no more.
    Ascii,
}

/// The bit of each dot of a Braille character, by row and column.
const BRAILLE: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// Dots in rows of characters; the first dot is at the top left.
pub(super) struct Canvas {
    charset: Charset,
    columns: usize,
    /// Which dots of each character are set.
    cells: Vec<u8>,
}

impl Canvas {
    /// An empty canvas of so many characters; at least one.
    pub(super) fn new(columns: usize, rows: usize, charset: Charset) -> Self {
        let (columns, rows) = (columns.max(1), rows.max(1));
        Self { charset, columns, cells: vec![0; columns * rows] }
    }

    /// How many dots there are across and down.
    pub(super) fn dots(&self) -> (usize, usize) {
        let (across, down) = self.charset.dots();
        (self.columns * across, self.cells.len() / self.columns * down)
    }

    /// Draws a straight line between two dots, both included.
    pub(super) fn line(&mut self, from: (usize, usize), to: (usize, usize)) {
        let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1));
        let between = |a: usize, b: usize, share: f64| {
            (a as f64 + (b as f64 - a as f64) * share).round() as usize
        };
        for step in 0..=steps {
            let share = step as f64 / steps.max(1) as f64;
            self.set(between(from.0, to.0, share), between(from.1, to.1, share));
        }
    }

    fn set(&mut self, x: usize, y: usize) {
        let (across, down) = self.charset.dots();
        let cell = y / down * self.columns + x / across;
        self.cells[cell] |= BRAILLE[y % down][x % across];
    }

    /// The rows as text, top first, each as long as the canvas is wide.
    pub(super) fn rows(&self) -> impl Iterator<Item = String> {
        let row = |cells: &[u8]| cells.iter().map(|&cell| self.charset.dotted(cell)).collect();
        self.cells.chunks(self.columns).map(row)
    }
}

impl Charset {
    /// Dots across and down in one character.
    fn dots(self) -> (usize, usize) {
        match self {
            Self::Braille => (2, 4),
            Self::Ascii => (1, 1),
        }
    }

    fn dotted(self, cell: u8) -> char {
        match (self, cell) {
            (_, 0) => ' ',
            (Self::Braille, cell) => {
                char::from_u32(0x2800 + u32::from(cell)).expect("the Braille block has all 256")
            }
            (Self::Ascii, _) => '*',
        }
    }
}
