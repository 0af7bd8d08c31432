/// Has a type stand in the file of keys as it is written and read elsewhere.
macro_rules! kept_as_text {
    ($kept:ty) => {
        impl From<$kept> for String {
            fn from(kept: $kept) -> Self {
                kept.to_string()
            }
        }

        impl TryFrom<String> for $kept {
            type Error = <$kept as std::str::FromStr>::Err;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
    };
}

pub(crate) use kept_as_text;
