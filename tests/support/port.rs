//! Ports for servers that tests start, kill and restart.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::ops::Range;

/// A port that belongs to one test, even while no server listens on it: a server can be killed and
/// come back.
#[derive(Debug)]
pub struct Port {
    number: u16,
    /// A UDP socket on the same port, which no other program needs, marks the port as taken.
    _claim: UdpSocket,
}

impl Port {
    /// The range of ports. It is below the ephemeral ports of the system, and so are the ports 10,000
    /// above it, on which the nodes of a Redis cluster listen as well.
    const ALL: Range<u16> = 10_000..20_000;

    /// Claims a port that no other test has.
    pub fn claim() -> Self {
        let mut ports = Self::ALL.filter_map(Self::try_claim);
        ports.next().expect("there are more ports than tests")
    }

    fn try_claim(number: u16) -> Option<Self> {
        let claim = UdpSocket::bind((Ipv4Addr::LOCALHOST, number)).ok()?;
        TcpListener::bind((Ipv4Addr::LOCALHOST, number)).ok()?;
        Some(Self { number, _claim: claim })
    }

    /// Returns the number of the port.
    pub const fn number(&self) -> u16 {
        self.number
    }

    /// Returns the address of the port on this machine.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claimed_port_is_not_claimed_again() {
        let (first, second) = (Port::claim(), Port::claim());
        assert_ne!(first.number(), second.number());
        assert!(Port::try_claim(first.number()).is_none());
        assert!(TcpListener::bind(first.address()).is_ok(), "only the claim is on it");
    }
}
