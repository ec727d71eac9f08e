//! Detection of pages from a developer's machine or network.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::HeaderValue;

use crate::support::Origin;

/// Returns whether a page comes from this machine or its network. The developer is then its author,
/// while any page of the web may be open in the same browser.
pub(super) fn is_local(origin: &HeaderValue) -> bool {
    let origin = origin.to_str().ok().and_then(|origin| Origin::parse(origin).ok());
    origin
        .as_ref()
        .map(Origin::scheme_and_host)
        .is_some_and(|(scheme, host)| matches!(scheme, "http" | "https") && is_local_host(host))
}

fn is_local_host(host: &str) -> bool {
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return address.is_loopback() || address.is_private() || address.is_link_local();
    }
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return address.parse().is_ok_and(|address: Ipv6Addr| {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        });
    }
    // These names cannot be registered on the public web (RFC 6761, RFC 6762).
    let last = host.rsplit('.').next();
    matches!(last, Some("localhost" | "test" | "local"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_on_the_web_can_be_is_local() {
        let is_local = |origin: &str| is_local(&origin.parse().unwrap());
        for origin in [
            "http://localhost:5173",
            "https://localhost",
            "http://shop.localhost:3000",
            "http://127.0.0.1:8080",
            "http://192.168.1.5:5173",
            "http://[::1]:3000",
            "https://[fd00::1]",
            "https://phone.local",
            "https://shop.test",
        ] {
            assert!(is_local(origin), "{origin}");
        }
        for origin in [
            "https://evil.example",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://evil.example:127",
            "http://8.8.8.8",
            "http://[2001:db8::1]",
            "null",
            "",
            "file://",
            "http://",
            "ftp://localhost",
            "http://localhost:x",
        ] {
            assert!(!is_local(origin), "{origin}");
        }
    }
}
