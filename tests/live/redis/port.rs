use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::ops::Range;

/// A port of a test's own, whether or not somebody listens there: a server can be killed and come
/// back.
pub(crate) struct Port {
    number: u16,
    /// Nobody needs it over UDP, so holding it there says to all other tests that it is taken.
    _claim: UdpSocket,
}

impl Port {
    /// Below those that systems give to who asks for any; and 10,000 above these, where a Redis
    /// cluster listens as well, there are none of them.
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
