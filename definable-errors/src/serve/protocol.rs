//! Detection of HTTP/2 by its preface, and of the frames that begin the head of a request.

/// The preface that every HTTP/2 connection begins with (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The type of a frame that opens a stream (RFC 9113 §6.2).
const HEADERS: u8 = 1;

/// The protocol of a connection, as far as its bytes have shown it.
#[derive(Debug)]
pub(super) enum Protocol {
    /// The number of bytes of the HTTP/2 preface that have been received; nothing else has been.
    Unknown(usize),
    Http1,
    Http2(Frames),
}

impl Protocol {
    /// Processes received bytes, and returns whether the head of a request is among them.
    ///
    /// Between two HTTP/1 requests every byte belongs to the next head. HTTP/2 has frames that
    /// belong to no head, such as pings.
    pub(super) fn receive(&mut self, bytes: &[u8]) -> bool {
        match self {
            Self::Http1 => true,
            Self::Http2(frames) => frames.receive(bytes),
            Self::Unknown(matched) => {
                let expected = &PREFACE[*matched..];
                let common = expected.len().min(bytes.len());
                if bytes[..common] != expected[..common] {
                    *self = Self::Http1;
                    return true;
                }
                *matched += common;
                if *matched < PREFACE.len() {
                    return false;
                }
                let mut frames = Frames::default();
                let has_head = frames.receive(&bytes[common..]);
                *self = Self::Http2(frames);
                has_head
            }
        }
    }

    pub(super) const fn is_http2(&self) -> bool {
        matches!(self, Self::Http2(_))
    }
}

/// A parser of HTTP/2 frames, which looks only at the nine-byte frame headers (RFC 9113 §4.1).
#[derive(Debug, Default)]
pub(super) struct Frames {
    header: [u8; 9],
    filled: usize,
    /// The number of bytes of the current frame's payload that are still to come.
    payload: usize,
}

impl Frames {
    /// Returns whether a `HEADERS` frame begins in the bytes.
    fn receive(&mut self, mut bytes: &[u8]) -> bool {
        let mut has_head = false;
        while !bytes.is_empty() {
            if self.payload > 0 {
                let skipped = self.payload.min(bytes.len());
                self.payload -= skipped;
                bytes = &bytes[skipped..];
                continue;
            }
            let taken = (self.header.len() - self.filled).min(bytes.len());
            self.header[self.filled..self.filled + taken].copy_from_slice(&bytes[..taken]);
            self.filled += taken;
            bytes = &bytes[taken..];
            if self.filled == self.header.len() {
                let [high, middle, low, kind, ..] = self.header;
                self.payload =
                    usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
                self.filled = 0;
                has_head |= kind == HEADERS;
            }
        }
        has_head
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, length: u8) -> Vec<u8> {
        let mut frame = vec![0, 0, length, kind, 0, 0, 0, 0, 1];
        frame.extend(std::iter::repeat_n(HEADERS, length.into()));
        frame
    }

    fn receives(chunks: impl IntoIterator<Item = Vec<u8>>) -> (Vec<bool>, Protocol) {
        let mut protocol = Protocol::Unknown(0);
        (chunks.into_iter().map(|chunk| protocol.receive(&chunk)).collect(), protocol)
    }

    #[test]
    fn first_byte_that_differs_from_the_preface_is_http1() {
        assert!(matches!(receives([b"G".to_vec()]), (heads, Protocol::Http1) if heads == [true]));
        let (heads, protocol) = receives([b"P".to_vec(), b"OST /".to_vec()]);
        assert!(matches!(protocol, Protocol::Http1));
        assert_eq!(heads, [false, true]);
    }

    #[test]
    fn only_headers_frames_begin_a_head() {
        let settings_and_ping = [frame(4, 12), frame(6, 8)].concat();
        let (heads, protocol) =
            receives([PREFACE.to_vec(), settings_and_ping, frame(HEADERS, 3), frame(8, 4)]);
        assert!(protocol.is_http2());
        assert_eq!(heads, [false, false, true, false]);
    }

    #[test]
    fn frames_are_found_at_any_split() {
        let all = [PREFACE.to_vec(), frame(4, 12), frame(HEADERS, 200), frame(6, 8)].concat();
        let bytes = all.iter().map(|byte| vec![*byte]);
        let (heads, _) = receives(bytes);
        assert_eq!(heads.iter().filter(|has_head| **has_head).count(), 1);
        // This is the last byte of the nine-byte header of the `HEADERS` frame.
        assert!(heads[PREFACE.len() + 9 + 12 + 8]);
    }
}
