use super::header::Header;
use super::{Refusal, base64url};

/// The maximum length of a token in bytes.
const MAX_TOKEN: usize = 16 * 1024;

/// The number of bytes that nearly every header fits into.
const USUAL_HEADER: usize = 128;

/// A token split into its parts; nothing in it is verified yet.
pub(super) struct Parsed<'a> {
    pub(super) header: Header,
    /// The header and claims as they were signed.
    pub(super) message: &'a [u8],
    pub(super) claims: &'a str,
    pub(super) signature: Vec<u8>,
}

impl<'a> Parsed<'a> {
    /// Parses a token, which has exactly two dots.
    pub(super) fn read(token: &'a str) -> Result<Self, Refusal> {
        if token.len() > MAX_TOKEN {
            return Err(Refusal::TooLong);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(Refusal::Form)?;
        let (header, claims) = message.split_once('.').ok_or(Refusal::Form)?;
        if claims.contains('.') {
            return Err(Refusal::Form);
        }
        let mut room = [0; USUAL_HEADER];
        let header = base64url::decode_into(header, &mut room).ok_or(Refusal::Form)?;
        let header = Header::parse(&header)?;
        let signature = base64url::decode(signature).ok_or(Refusal::Form)?;
        match signature.is_empty() {
            true => Err(Refusal::Form),
            false => Ok(Self { header, message: message.as_bytes(), claims, signature }),
        }
    }
}
