//! IPv4 and TCP headers of a connection that never met a network (RFC 791 section 3.1, RFC 9293 section 3.1).

/// Flags of TCP.
pub(super) const FIN: u8 = 0x01;
pub(super) const SYN: u8 = 0x02;
pub(super) const PSH: u8 = 0x08;
pub(super) const ACK: u8 = 0x10;

const IP_LEN: usize = 20;
const TCP_LEN: usize = 20;
/// Bytes of both headers.
pub(super) const HEADERS_LEN: usize = IP_LEN + TCP_LEN;
/// Payload of one segment, as on an Ethernet.
pub(super) const MAX_SEGMENT: usize = 1460;

const TCP_PROTOCOL: u8 = 6;
/// Address (RFC 5737 section 3) and port of each end.
const CLIENT: [u8; 4] = [192, 0, 2, 1];
const FIRST_CLIENT_PORT: u16 = 49_152;
const SERVER: ([u8; 4], u16) = ([192, 0, 2, 2], 443);

/// Who sent a packet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    Client,
    Server,
}

impl From {
    pub(super) const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// Where both directions stand.
pub(super) struct Tcp {
    client_port: u16,
    client_next: u32,
    server_next: u32,
    identification: u16,
}

impl Tcp {
    pub(super) const fn new() -> Self {
        Self { client_port: FIRST_CLIENT_PORT, client_next: 0, server_next: 0, identification: 0 }
    }

    /// From another port of the client's.
    pub(super) const fn next_connection(&mut self) {
        let client_port = self.client_port.wrapping_add(1);
        *self = Self { client_port, client_next: 0, server_next: 0, ..*self };
    }

    /// Headers of the next packet, which has at most [`MAX_SEGMENT`] bytes of payload.
    pub(super) fn headers(&mut self, from: From, flags: u8, payload: &[u8]) -> [u8; HEADERS_LEN] {
        let (sequence, acknowledged) = match from {
            From::Client => (self.client_next, self.server_next),
            From::Server => (self.server_next, self.client_next),
        };
        let acknowledged = if flags & ACK == 0 { 0 } else { acknowledged };
        let len = payload.len() + usize::from(flags & (SYN | FIN) != 0);
        let next = sequence.wrapping_add(u32::try_from(len).unwrap_or_default());
        match from {
            From::Client => self.client_next = next,
            From::Server => self.server_next = next,
        }
        self.identification = self.identification.wrapping_add(1);
        let client = (CLIENT, self.client_port);
        let ((source, source_port), (destination, destination_port)) = match from {
            From::Client => (client, SERVER),
            From::Server => (SERVER, client),
        };
        let total = u16::try_from(HEADERS_LEN + payload.len()).unwrap_or(u16::MAX);
        let tcp_len = u16::try_from(TCP_LEN + payload.len()).unwrap_or(u16::MAX);

        let mut headers = [0; HEADERS_LEN];
        let mut at = 0;
        let mut put = |bytes: &[u8]| {
            headers.iter_mut().skip(at).zip(bytes).for_each(|(to, from)| *to = *from);
            at += bytes.len();
        };
        // Version 4, five words of header; do not fragment; 64 hops.
        put(&[0x45, 0]);
        put(&total.to_be_bytes());
        put(&self.identification.to_be_bytes());
        put(&[0x40, 0, 64, TCP_PROTOCOL, 0, 0]);
        put(&source);
        put(&destination);
        put(&source_port.to_be_bytes());
        put(&destination_port.to_be_bytes());
        put(&sequence.to_be_bytes());
        put(&acknowledged.to_be_bytes());
        // Five words of header; a window that is always open.
        put(&[0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0]);

        let (ip, tcp) = headers.split_at_mut(IP_LEN);
        let sum = checksum(&[ip]);
        set(ip, 10, sum);
        let mut pseudo = [0, TCP_PROTOCOL, 0, 0];
        set(&mut pseudo, 2, tcp_len);
        let sum = checksum(&[&source, &destination, &pseudo, tcp, payload]);
        set(tcp, 16, sum);
        headers
    }
}

fn set(header: &mut [u8], at: usize, value: u16) {
    header.iter_mut().skip(at).zip(value.to_be_bytes()).for_each(|(to, from)| *to = from);
}

/// The Internet checksum (RFC 1071); all parts but the last have an even length.
pub(super) fn checksum(parts: &[&[u8]]) -> u16 {
    let mut sum = 0_u64;
    for part in parts {
        for pair in part.chunks(2) {
            let high = pair.first().copied().unwrap_or_default();
            let low = pair.get(1).copied().unwrap_or_default();
            sum += u64::from(u16::from_be_bytes([high, low]));
        }
    }
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or_default()
}
