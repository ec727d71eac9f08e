//! HTTP/2 frames as bytes (RFC 9113 §4.1), for what a client library would not send.

/// The bytes that a connection begins with (RFC 9113 §3.4).
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The types of frames (RFC 9113 §6).
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Data = 0,
    Headers = 1,
    ResetStream = 3,
    Settings = 4,
    Ping = 6,
    Continuation = 9,
}

pub(super) const END_STREAM: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;

/// The setting with the window of a new stream (RFC 9113 §6.5.2).
const INITIAL_WINDOW_SIZE: u16 = 4;

/// The code of a stream that its client no longer needs (RFC 9113 §7).
const CANCEL: u32 = 8;

pub(super) fn frame(kind: Kind, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("frames are short").to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind as u8, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

/// Returns the beginning of a connection with the default settings.
pub(super) fn opening() -> Vec<u8> {
    [PREFACE, &frame(Kind::Settings, 0, 0, &[])].concat()
}

/// Returns the beginning of a connection whose streams may send no body until the window is enlarged.
pub(super) fn opening_without_window() -> Vec<u8> {
    let setting = [&INITIAL_WINDOW_SIZE.to_be_bytes()[..], &0_u32.to_be_bytes()].concat();
    [PREFACE, &frame(Kind::Settings, 0, 0, &setting)].concat()
}

/// Returns the fields of a `GET` request, none of them compressed (RFC 7541 §6, appendix A).
pub(super) fn fields(path: &str) -> Vec<u8> {
    // `:method: GET`, `:scheme: http`; `:authority` and `:path` are literals with an indexed name.
    let mut block = vec![0x82, 0x86];
    for (index, value) in [(1, "localhost"), (4, path)] {
        block.extend([index, u8::try_from(value.len()).expect("paths are short")]);
        block.extend_from_slice(value.as_bytes());
    }
    block
}

pub(super) fn reset(stream: u32) -> Vec<u8> {
    frame(Kind::ResetStream, 0, stream, &CANCEL.to_be_bytes())
}

/// Returns the ids of the streams that a client opens, in their order.
pub(super) fn streams(count: usize) -> impl Iterator<Item = u32> {
    (1..).step_by(2).take(count)
}
