use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Parses an address as proxies write it: with or without a port, IPv6 with or without brackets.
/// Returns `None` for anything else.
pub(super) fn parse(text: &str) -> Option<IpAddr> {
    let address = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            is_port_or_empty(port).then_some(())?;
            IpAddr::V6(address.parse().ok()?)
        }
        None => bare(text)?,
    };
    Some(address.to_canonical())
}

fn bare(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Some(address.into());
    }
    let end = text.find(':').unwrap_or(text.len());
    let (address, port) = text.split_at(end);
    is_port_or_empty(port).then_some(())?;
    Some(address.parse::<Ipv4Addr>().ok()?.into())
}

fn is_port_or_empty(text: &str) -> bool {
    let Some(port) = text.strip_prefix(':') else { return text.is_empty() };
    port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        let reads = |text: &str, address: &str| parse(text) == Some(address.parse().unwrap());
        assert!(reads("192.0.2.1", "192.0.2.1") && reads("192.0.2.1:443", "192.0.2.1"));
        assert!(reads("2001:db8::1", "2001:db8::1") && reads("[2001:db8::1]", "2001:db8::1"));
        assert!(reads("[2001:db8::1]:443", "2001:db8::1"));
        assert!(
            reads("::ffff:192.0.2.1", "192.0.2.1") && reads("[::ffff:192.0.2.1]:1", "192.0.2.1")
        );
    }

    #[test]
    fn anything_else_is_nobodys_address() {
        for wrong in [
            "",
            "unknown",
            "_hidden",
            "1.2.3",
            "01.2.3.4",
            "1.2.3.4:",
            "1.2.3.4:65536",
            "1.2.3.4:x",
            "1.2.3.4:+1",
            "[1.2.3.4]",
            "[::1",
            "::1]",
            "[::1]x",
            "[::1]:",
            "fe80::1%eth0",
            "1.2.3.4 ",
            "\u{202e}4.3.2.1",
            "localhost",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
