//! Alerts that wait to be sent.

use crate::Error;
use codec::{Alert, ContentType};
use handshake::Host;
use record::Writer;

/// At most two alerts: a warning, and the end.
#[derive(Default)]
pub(crate) struct Outgoing {
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

    pub(crate) fn clear(&mut self) {
        self.alerts = [None; 2];
    }

    pub(crate) const fn is_empty(&self) -> bool {
        matches!(self.alerts, [None, None])
    }

    /// Seals what waits into `out`.
    pub(crate) fn transmit(
        &mut self,
        writer: &mut Writer,
        host: &mut Host<'_>,
        out: &mut [u8],
    ) -> Result<usize, Error> {
        let mut written = 0;
        while let [Some(alert), next] = self.alerts {
            let out = out.get_mut(written..).unwrap_or_default();
            match seal(writer, host, ContentType::ALERT, &alert.encode(), out) {
                Ok(len) => written += len,
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
    let before = writer.headroom();
    let end = before + plaintext.len();
    let needed = end + writer.tailroom();
    if out.len() < needed {
        return Err(Error::OutputTooSmall { needed });
    }
    out.get_mut(before..end).ok_or(Error::Internal)?.copy_from_slice(plaintext);
    Ok(writer.seal(content_type, out, before..end, host.rng)?.end)
}
