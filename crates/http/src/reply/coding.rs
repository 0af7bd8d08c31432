use std::io::{self, Write};

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// How a body is compressed on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// As it is.
    Identity,
    /// `gzip`, which everybody reads.
    Gzip,
    /// `br`.
    Brotli,
    /// `zstd`.
    Zstd,
}

/// Best first, where a client likes several equally.
const PREFERRED: [Coding; 3] = [Coding::Zstd, Coding::Brotli, Coding::Gzip];

/// Levels at which a second more of computing saves next to nothing.
const GZIP_LEVEL: u32 = 6;
const BROTLI_LEVEL: i32 = 5;
const ZSTD_LEVEL: i32 = 6;

impl Coding {
    /// The name in headers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// What the client would rather have, by its `Accept-Encoding`.
    pub(super) fn chosen(headers: &HeaderMap) -> Self {
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
        let Some(accepted) = accepted else { return Self::Identity };
        let liked = PREFERRED.map(|coding| (liking(accepted, coding.as_str()), coding));
        // Of equals the first: max_by would take the last.
        let best = liked.into_iter().rev().max_by(|(a, _), (b, _)| a.total_cmp(b));
        best.filter(|(liking, _)| *liking > 0.0).map_or(Self::Identity, |(_, coding)| coding)
    }

    /// The same, of what files are compressed with when they are made.
    pub fn of_file(headers: &HeaderMap) -> Self {
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
        let accepted = accepted.unwrap_or_default();
        let reads = |coding: &Self| liking(accepted, coding.as_str()) > 0.0;
        [Self::Brotli, Self::Gzip].into_iter().find(reads).unwrap_or(Self::Identity)
    }

    /// Whether the client reads gzip, by its `Accept-Encoding`.
    pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
        accepted.is_some_and(|accepted| liking(accepted, Self::Gzip.as_str()) > 0.0)
    }

    /// Compresses a whole body.
    pub(super) fn compress(self, body: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Identity => Ok(body.to_vec()),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::new(GZIP_LEVEL));
                encoder.write_all(body)?;
                encoder.finish()
            }
            Self::Brotli => {
                let mut compressed = Vec::new();
                let settings = brotli::enc::BrotliEncoderParams {
                    quality: BROTLI_LEVEL,
                    lgwin: brotli_window(body.len()),
                    size_hint: body.len(),
                    ..Default::default()
                };
                brotli::BrotliCompress(&mut &body[..], &mut compressed, &settings)?;
                Ok(compressed)
            }
            Self::Zstd => zstd::bulk::compress(body, ZSTD_LEVEL),
        }
    }
}

/// The window for a body of a length, as a power of two: no wider than the body, since its
/// encoder takes and clears twice the window, and eight megabytes for each short answer cost
/// more than compressing it (RFC 7932, 9.1).
fn brotli_window(length: usize) -> i32 {
    /// From here on the encoder looks for matches in the same way as in the widest.
    const NARROWEST: usize = 1 << 17;
    const WIDEST: usize = 1 << 22;
    // The last sixteen bytes of a window are not used.
    let wanted = (length + 16).clamp(NARROWEST, WIDEST);
    wanted.next_power_of_two().ilog2().cast_signed()
}

/// How much a client likes a coding, from 0 for not at all to 1 (RFC 9110, 12.5.3).
fn liking(accepted: &str, name: &str) -> f32 {
    let mut any = 0.0;
    for entry in accepted.split(',') {
        let mut parts = entry.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        let weight = weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
        if coding.eq_ignore_ascii_case(name) {
            return weight;
        }
        if coding == "*" {
            any = weight;
        }
    }
    any
}

/// Compresses pieces one by one, in gzip, so that a client can read what has
/// arrived.
pub(super) struct GzipPieces {
    encoder: GzEncoder<Vec<u8>>,
}

impl GzipPieces {
    pub(super) fn new() -> Self {
        Self { encoder: GzEncoder::new(Vec::new(), Compression::fast()) }
    }

    pub(super) fn piece(&mut self, piece: &[u8]) -> io::Result<Bytes> {
        self.encoder.write_all(piece)?;
        self.encoder.flush()?;
        Ok(std::mem::take(self.encoder.get_mut()).into())
    }

    pub(super) fn end(self) -> io::Result<Bytes> {
        self.encoder.finish().map(Bytes::from)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn chosen(accepted: &str) -> Coding {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(accepted).unwrap());
        Coding::chosen(&headers)
    }

    #[test]
    fn the_client_s_wish_comes_first_and_ours_second() {
        assert_eq!(Coding::chosen(&HeaderMap::new()), Coding::Identity);
        assert_eq!(chosen("gzip, deflate, br, zstd"), Coding::Zstd);
        assert_eq!(chosen("gzip, deflate, br"), Coding::Brotli);
        assert_eq!(chosen("gzip;q=1.0, br;q=0.5"), Coding::Gzip);
        assert_eq!(chosen("gzip;q=0, br;q=0"), Coding::Identity);
        assert_eq!(chosen("*"), Coding::Zstd);
        assert_eq!(chosen("*;q=0.1, gzip"), Coding::Gzip);
        assert_eq!(chosen("deflate"), Coding::Identity);
        assert_eq!(chosen("gzip;q=nonsense"), Coding::Identity);
    }

    #[test]
    fn files_have_two_codings() {
        for (accepted, coding) in [
            ("gzip, deflate, br, zstd", Coding::Brotli),
            ("gzip, zstd", Coding::Gzip),
            ("br;q=0, gzip", Coding::Gzip),
            ("zstd", Coding::Identity),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, accepted.parse().unwrap())]);
            assert_eq!(Coding::of_file(&headers), coding, "{accepted}");
        }
        assert_eq!(Coding::of_file(&HeaderMap::new()), Coding::Identity);
    }

    #[test]
    fn a_window_holds_its_body_and_little_more() {
        for (length, window) in [(0, 17), (131_056, 17), (131_057, 18), (300_000, 19)] {
            assert_eq!(brotli_window(length), window, "{length}");
        }
        assert_eq!(brotli_window(100 << 20), 22, "the widest that everybody reads");
    }

    #[test]
    fn every_coding_reads_back() {
        let body = b"7150.09,".repeat(1000);
        for coding in PREFERRED {
            let packed = coding.compress(&body).unwrap();
            assert!(packed.len() < 200, "{coding:?}: {}", packed.len());
            let mut back = Vec::new();
            match coding {
                Coding::Gzip => {
                    io::copy(&mut flate2::read::GzDecoder::new(&packed[..]), &mut back).unwrap();
                }
                Coding::Brotli => {
                    brotli::BrotliDecompress(&mut &packed[..], &mut back).unwrap();
                }
                _ => back = zstd::decode_all(&packed[..]).unwrap(),
            }
            assert_eq!(back, body, "{coding:?}");
        }
    }
}
