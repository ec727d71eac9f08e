//! Abuse of HTTP/2: streams that are reset at once, heads that never end, windows of zero, and frames
//! that are out of place.

use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use super::frames::{
    END_HEADERS, END_STREAM, Kind, fields, frame, opening, opening_without_window, reset, streams,
};
use super::{Abuse, count};
use crate::system::raw::Raw;

const PAUSE: Duration = Duration::from_millis(200);

pub(super) async fn all(abuse: &Abuse<'_>) {
    let stalled = without_window();
    tokio::join!(
        abuse.repeat(PAUSE, async || attack(abuse, &rapid_reset(), AtOnce).await),
        abuse.repeat(PAUSE, async || attack(abuse, &continuations(), AtOnce).await),
        abuse.repeat(PAUSE, async || attack(abuse, &out_of_place(), AtOnce).await),
        abuse.repeat(PAUSE, async || attack(abuse, &control_frames(), AtOnce).await),
        attack(abuse, &stalled, AtTheEnd),
        attack(abuse, &stalled, AtTheEnd),
    );
}

/// When an attacker closes its connection.
enum Leaves {
    AtOnce,
    AtTheEnd,
}
use Leaves::{AtOnce, AtTheEnd};

/// Sends the bytes on a connection of its own, and reads until the server closes it or is silent.
async fn attack(abuse: &Abuse<'_>, bytes: &[u8], leaves: Leaves) {
    let Ok(mut raw) = Raw::connect(abuse.server.address).await else { return };
    let silence = match leaves {
        AtOnce => Duration::from_millis(500),
        AtTheEnd => abuse.left(),
    };
    // The server may close the connection before all of them are sent.
    let _ = timeout(silence, raw.write(bytes)).await;
    let mut buffer = vec![0; 16 * 1024];
    loop {
        match timeout(silence, raw.stream.read(&mut buffer)).await {
            Ok(Ok(1..)) => {}
            Ok(_) => return count(&abuse.tally.refused),
            Err(_) => return count(&abuse.tally.closed),
        }
    }
}

fn get(stream: u32, path: &str) -> Vec<u8> {
    frame(Kind::Headers, END_STREAM | END_HEADERS, stream, &fields(path))
}

/// Opens streams and resets each at once (CVE-2023-44487).
fn rapid_reset() -> Vec<u8> {
    let streams =
        streams(500).flat_map(|stream| [get(stream, "/problems"), reset(stream)].concat());
    opening().into_iter().chain(streams).collect()
}

/// Sends a head that goes on and on (CVE-2024-27316).
fn continuations() -> Vec<u8> {
    let head = frame(Kind::Headers, END_STREAM, 1, &fields("/problems"));
    // A literal field without an indexed name: `x-junk`, with 100 letters.
    let field = [&[0, 6][..], b"x-junk", &[100], &[b'7'; 100]].concat();
    let more = frame(Kind::Continuation, 0, 1, &field.repeat(100));
    [opening(), head, more.repeat(500)].concat()
}

/// Sends frames where there may be none: data on a stream that is not open, a ping in a head.
fn out_of_place() -> Vec<u8> {
    let data = frame(Kind::Data, 0, 9, b"junk");
    let head = frame(Kind::Headers, END_STREAM, 11, &fields("/problems"));
    let ping = frame(Kind::Ping, 0, 0, b"8 bytes!");
    let stray = frame(Kind::Continuation, END_HEADERS, 0, b"junk");
    [opening(), data, head, ping, stray].concat()
}

/// Sends frames that the server has to acknowledge, without end.
fn control_frames() -> Vec<u8> {
    let settings = frame(Kind::Settings, 0, 0, &[]);
    let ping = frame(Kind::Ping, 0, 0, b"8 bytes!");
    [opening(), [settings, ping].concat().repeat(2_000)].concat()
}

/// Asks for large bodies, and lets the server send none of them.
fn without_window() -> Vec<u8> {
    let streams = streams(50).flat_map(|stream| get(stream, "/openapi.json"));
    opening_without_window().into_iter().chain(streams).collect()
}
