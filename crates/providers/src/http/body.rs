use market::SourceError;
use reqwest::Response;

use super::room::{Room, SMALL, Taken};
use super::unreach;

/// A body, and the room it takes until it has been read.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    pub(super) room: Taken,
}

/// Reads a body piece by piece and stops where it grows past the limit, so that
/// no more than the limit is ever held. Pieces arrive decompressed, which is
/// why a small body that unpacks to gigabytes is refused too. Where it grows large,
/// it waits until there is room for as much as it may become.
pub(super) async fn read(
    mut response: Response,
    limit: usize,
    room: &Room,
) -> Result<Body, SourceError> {
    // None where it is compressed.
    let stated = response.content_length().and_then(|length| usize::try_from(length).ok());
    let too_large = || SourceError::Unreadable(format!("a body of more than {limit} bytes"));
    if stated.is_some_and(|stated| stated > limit) {
        return Err(too_large());
    }
    let (mut taken, mut is_small) = (room.small().await?, true);
    let mut bytes = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| unreach::explain(&error))? {
        if bytes.len() + piece.len() > limit {
            return Err(too_large());
        }
        if is_small && bytes.len() + piece.len() > SMALL {
            taken = room.large(stated.unwrap_or(limit)).await?;
            is_small = false;
            // Growing step by step would hold half as much again.
            bytes.reserve_exact(stated.unwrap_or_default().saturating_sub(bytes.len()));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(Body { bytes, room: taken })
}
