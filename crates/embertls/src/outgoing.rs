//! What waits to be sent besides flights: alerts, HelloRequest.

use crate::Error;
use codec::{Alert, ContentType};
use handshake::{Host, trace};
use record::Writer;

/// HelloRequest has a header and no body.
const HELLO_REQUEST: [u8; 4] = [0; 4];

/// At most two alerts, a warning and the end, and a server's HelloRequest before them.
#[derive(Default)]
pub(crate) struct Outgoing {
    hello_request: bool,
    alerts: [Option<Alert>; 2],
}

impl Outgoing {
    /// Queues an alert behind those that wait; one that waits already is not queued again.
    pub(crate) fn push(&mut self, alert: Alert) {
        for slot in &mut self.alerts {
            match slot {
                Some(waiting) if *waiting == alert => return,
                Some(_) => {}
                None => {
                    *slot = Some(alert);
                    return;
                }
            }
        }
    }

    /// Queues a HelloRequest (RFC 5246 section 7.4.1.1).
    pub(crate) const fn request_hello(&mut self) {
        self.hello_request = true;
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) const fn is_empty(&self) -> bool {
        !self.hello_request && matches!(self.alerts, [None, None])
    }

    /// Seals what waits into `out`.
    pub(crate) fn transmit(
        &mut self,
        writer: &mut Writer,
        host: &mut Host<'_>,
        out: &mut [u8],
    ) -> Result<usize, Error> {
        let mut written = 0;
        if self.hello_request {
            written = seal(writer, host, ContentType::HANDSHAKE, &HELLO_REQUEST, out)?;
            self.hello_request = false;
        }
        while let [Some(alert), next] = self.alerts {
            let out = out.get_mut(written..).unwrap_or_default();
            match seal(writer, host, ContentType::ALERT, &alert.encode(), out) {
                Ok(len) => {
                    trace!(host, State, "=> alert {:?} {:?}", alert.level, alert.description);
                    written += len;
                }
                Err(Error::OutputTooSmall { .. }) if written > 0 => break,
                Err(error) => return Err(error),
            }
            self.alerts = [next, None];
        }
        Ok(written)
    }
}

/// Copies `plaintext` between the record's room in `out` and seals it there.
pub(crate) fn seal(
    writer: &mut Writer,
    host: &mut Host<'_>,
    content_type: ContentType,
    plaintext: &[u8],
    out: &mut [u8],
) -> Result<usize, Error> {
    let before = writer.headroom(content_type);
    let end = before + plaintext.len();
    let needed = end + writer.tailroom();
    if out.len() < needed {
        return Err(Error::OutputTooSmall { needed });
    }
    out.get_mut(before..end).ok_or(Error::Internal)?.copy_from_slice(plaintext);
    trace!(host, Record, "=> record {content_type:?}, {} bytes", plaintext.len());
    Ok(writer.seal(content_type, out, before..end, host.rng)?.end)
}
