//! Other servers: which addresses are authentic, and bodies that are read up to a limit.

use bytes::Bytes;
use reqwest::Response;
#[cfg(any(feature = "jwks", feature = "oauth"))]
use reqwest::Url;

/// Reads the whole body, or returns `None` as soon as it is larger than `limit` bytes, whatever the
/// service announced.
///
/// # Errors
///
/// Returns an error if the body is cut off, or does not arrive in time.
pub(crate) async fn read_body(
    response: &mut Response,
    limit: usize,
) -> Result<Option<Bytes>, reqwest::Error> {
    let first = response.chunk().await?.unwrap_or_default();
    if first.len() > limit {
        return Ok(None);
    }
    // Most bodies arrive in one piece, which need not be copied.
    let Some(mut piece) = response.chunk().await? else { return Ok(Some(first)) };
    let mut body = Vec::from(first);
    loop {
        if body.len() + piece.len() > limit {
            return Ok(None);
        }
        body.extend_from_slice(&piece);
        match response.chunk().await? {
            Some(next) => piece = next,
            None => return Ok(Some(body.into())),
        }
    }
}

#[cfg(any(feature = "jwks", feature = "oauth"))]
/// Returns whether what comes from this URL can be trusted: it uses TLS, or is on this machine.
pub(crate) fn is_authentic(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("https", Some(_)) => true,
        ("http", Some(host)) => is_loopback(host),
        _ => false,
    }
}

#[cfg(any(feature = "jwks", feature = "oauth"))]
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<std::net::IpAddr>().is_ok_and(|it| it.is_loopback())
}

#[cfg(all(test, any(feature = "jwks", feature = "oauth")))]
mod tests {
    use super::*;

    #[test]
    fn server_has_tls_or_is_on_this_machine() {
        let is_authentic = |url: &str| is_authentic(&url.parse().unwrap());
        for url in
            ["https://a.example/k", "http://127.0.0.1:8/k", "http://[::1]/k", "http://localhost/k"]
        {
            assert!(is_authentic(url), "{url}");
        }
        for url in [
            "http://a.example/k",
            "http://10.0.0.1/k",
            "http://localhost.a.example/k",
            "file:///k",
            "ftp://127.0.0.1/k",
            "http://127.0.0.1.a.example/",
            "data:,a",
        ] {
            assert!(!is_authentic(url), "{url}");
        }
    }
}
