/// To whom what an upstream tells may be shown, by its terms as we read them. Whoever runs
/// the service has to hold the rights to go beyond that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Redistribution {
    /// Whoever runs the service, or holds the key, alone.
    Private,
    /// Those who work with them too, but no public.
    Internal,
    /// Anybody, as the terms say how.
    Public,
}

impl Redistribution {
    /// The name used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Internal => "internal",
            Self::Public => "public",
        }
    }

    /// Whom that is, in words.
    pub fn whom(self) -> &'static str {
        match self {
            Self::Private => "whoever runs this service, or holds the key, alone",
            Self::Internal => "those who work with them too, but no public",
            Self::Public => "anybody, as its terms say how",
        }
    }
}
