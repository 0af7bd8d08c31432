use market::SourceError;
use reqwest::Response;

use super::unreach;

/// Reads a body piece by piece and stops where it grows past the limit, so that
/// no more than the limit is ever held. Pieces arrive decompressed, which is
/// why a small body that unpacks to gigabytes is refused too.
pub(super) async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, SourceError> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| unreach::explain(&error))? {
        if body.len() + piece.len() > limit {
            return Err(SourceError::Unreadable(format!("a body of more than {limit} bytes")));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}
