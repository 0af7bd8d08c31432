use std::fs::File;
use std::io::{self, Seek};

use server::Input;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::bounds::MOST_INPUT;

/// What is written to standard input, once all of it is here, from its beginning. Until
/// then it waits in a file that has no name.
///
/// # Errors
///
/// It breaks off, or is too long, or there is no room for it.
pub(super) async fn spooled(input: Input) -> io::Result<File> {
    let mut file = tokio::fs::File::from_std(tempfile::tempfile()?);
    let size = tokio::io::copy(&mut input.take(MOST_INPUT + 1), &mut file).await?;
    if size > MOST_INPUT {
        let why = format!("it has more than {MOST_INPUT} bytes; import it in parts");
        return Err(io::Error::other(why));
    }
    file.flush().await?;
    let mut file = file.into_std().await;
    file.rewind()?;
    Ok(file)
}
