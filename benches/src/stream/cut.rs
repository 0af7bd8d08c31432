use clap::ValueEnum;

/// How a reader is told of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Way {
    /// Server-sent events.
    Sse,
    /// WebSocket.
    Websocket,
}

/// One thing that was sent.
#[derive(Debug, PartialEq)]
pub(crate) enum Piece<'a> {
    /// An event's data, or what a frame holds.
    Message(&'a [u8]),
    /// To be answered by a pong.
    Ping,
    /// An empty line, a comment, the length of a chunk.
    Other,
}

impl Way {
    /// The name for people.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Sse => "SSE",
            Self::Websocket => "WebSocket",
        }
    }

    /// The first piece, and how many bytes it takes; `None` where there is no
    /// whole one yet.
    pub(crate) fn cut(self, bytes: &[u8]) -> Option<(Piece<'_>, usize)> {
        match self {
            Self::Sse => line(bytes),
            Self::Websocket => frame(bytes),
        }
    }
}

/// Servers put whole events into chunks, so a line never has a chunk's length in
/// its midst.
fn line(bytes: &[u8]) -> Option<(Piece<'_>, usize)> {
    let end = memchr::memchr(b'\n', bytes)?;
    let piece = bytes[..end].strip_prefix(b"data: ").map_or(Piece::Other, Piece::Message);
    Some((piece, end + 1))
}

/// A server's frames are not masked; those here are never in several parts.
fn frame(bytes: &[u8]) -> Option<(Piece<'_>, usize)> {
    let (head, length) = match bytes.get(1)? & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes(*bytes[2..].first_chunk()?))),
        127 => (10, u64::from_be_bytes(*bytes[2..].first_chunk()?) as usize),
        short => (2, usize::from(short)),
    };
    let payload = bytes.get(head..head + length)?;
    let piece = match bytes[0] & 0x0f {
        1 | 2 => Piece::Message(payload),
        9 => Piece::Ping,
        _ => Piece::Other,
    };
    Some((piece, head + length))
}

/// A client's frame with a text of up to 65,535 bytes, masked with zeros.
pub(crate) fn text_frame(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    let [high, low] = length.to_be_bytes();
    let head = [0x81, 0x80 | 0x7e, high, low, 0, 0, 0, 0];
    [&head, &text.as_bytes()[..usize::from(length)]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(way: Way, mut bytes: &[u8]) -> (Vec<Piece<'_>>, usize) {
        let mut pieces = Vec::new();
        while let Some((piece, used)) = way.cut(bytes) {
            pieces.push(piece);
            bytes = &bytes[used..];
        }
        (pieces, bytes.len())
    }

    #[test]
    fn data_lines_are_told_from_what_is_around_them() {
        let sent = b"1b\r\nid: 1\ndata: {\"a\":1}\n\n\r\n12\r\n: hi\n\ndata: {\"b";
        let (pieces, left) = all(Way::Sse, sent);
        let messages: Vec<_> = pieces.iter().filter(|piece| **piece != Piece::Other).collect();
        assert_eq!(messages, [&Piece::Message(b"{\"a\":1}")]);
        assert_eq!(left, 9, "what is not whole is left for later");
    }

    #[test]
    fn frames_of_all_lengths_are_cut() {
        let frame =
            |kind: u8, length: &[u8], payload: &[u8]| [&[0x80 | kind], length, payload].concat();
        let long = vec![b'x'; 300];
        let longer = vec![b'y'; 70_000];
        let sent = [
            frame(1, &[2], b"hi"),
            frame(9, &[0], b""),
            frame(1, &[126, 1, 44], &long),
            frame(1, &[127, 0, 0, 0, 0, 0, 1, 0x11, 0x70], &longer),
            frame(1, &[126, 1], b""),
        ]
        .concat();
        let (pieces, left) = all(Way::Websocket, &sent);
        let message = Piece::Message;
        assert_eq!(pieces, [message(b"hi"), Piece::Ping, message(&long), message(&longer)]);
        assert_eq!(left, 3);
    }

    #[test]
    fn what_a_client_says_is_masked_with_zeros() {
        let frame = text_frame("{}");
        assert_eq!(frame, [0x81, 0xfe, 0, 2, 0, 0, 0, 0, b'{', b'}']);
    }
}
