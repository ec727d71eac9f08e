use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::ops::Range;

/// A port that belongs to one test, even while no server listens on it: a server can be killed and
/// come back.
pub(crate) struct Port {
    number: u16,
    /// A UDP socket on the same port, which no other program needs, marks the port as taken.
    _claim: UdpSocket,
}

impl Port {
    /// The range of ports. It is below the ephemeral ports of the system, and so are the ports 10,000
    /// above it, on which the nodes of a Redis cluster listen as well.
    const ALL: Range<u16> = 10_000..20_000;

    pub(crate) fn claim() -> Self {
        let mut ports = Self::ALL.filter_map(Self::try_claim);
        ports.next().expect("there are more ports than tests")
    }

    fn try_claim(number: u16) -> Option<Self> {
        let claim = UdpSocket::bind((Ipv4Addr::LOCALHOST, number)).ok()?;
        TcpListener::bind((Ipv4Addr::LOCALHOST, number)).ok()?;
        Some(Self { number, _claim: claim })
    }

    pub(crate) const fn number(&self) -> u16 {
        self.number
    }

    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.number))
    }
}
