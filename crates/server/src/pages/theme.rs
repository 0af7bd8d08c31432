/// In which colours a reader wants the pages. The switch of the pages stores it in
/// a cookie, so that the first paint has them already.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Theme {
    /// As the reader's system has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The cookie that holds it; `web/src/shell/theme.ts` writes the same.
    pub(crate) const COOKIE: &str = "marketpulse.theme";

    /// Reads the cookie's value. What is none of the themes is the system's.
    pub(crate) fn read(value: &str) -> Self {
        match value {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// As style sheets know it; `None` for the system's.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}
