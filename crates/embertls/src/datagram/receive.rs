//! What a datagram brings: records, and in them fragments of messages.

use super::{
    DatagramConnection, Phase,
    limits::MAX_REJECTED_RECORDS,
    reassembly::{Fragment, Place},
};
use crate::{Error, Event, Limit, Misuse, Received, switches::LIMIT_REJECTED};
use codec::{Alert, AlertDescription, AlertLevel, Chunk, HandshakeType};
use core::ops::Range;
use handshake::{Host, trace};
use record::datagram::{DatagramHeader, DatagramRecord};

impl DatagramConnection<'_> {
    /// Takes a datagram, or what is left of it: at most one record a call. Call again with what lies past `used` while
    /// there is something; after every call ask [`DatagramConnection::poll_transmit`]. With [`Event::Work`] and
    /// [`Event::Request`] nothing may have been used: go on when they are done.
    ///
    /// # Errors
    /// Of what is authentic any; of what may be forged, messages of the handshake that cannot be meant.
    pub fn receive(&mut self, host: &mut Host<'_>, datagram: &mut [u8]) -> Result<Received, Error> {
        let received = self.receive_one(host, datagram);
        self.fail_on_error(received, host)
    }

    fn receive_one(&mut self, host: &mut Host<'_>, datagram: &mut [u8]) -> Result<Received, Error> {
        if self.received_close {
            return Ok(Received { used: datagram.len(), event: Event::Closed });
        }
        match &self.phase {
            Phase::Handshake(handshaking) if handshaking.has_work() => {
                return Ok(Received { used: 0, event: Event::Work });
            }
            Phase::Handshake(handshaking) if handshaking.request().is_some() => {
                return Ok(Received { used: 0, event: Event::Request });
            }
            Phase::Failed => return Err(Error::Misuse(Misuse::Closed)),
            Phase::Handshake(_) | Phase::Connected => {}
        }
        // What came early may be next by now.
        let event = self.deliver_held(host)?;
        if event != Event::None || datagram.is_empty() {
            return Ok(Received { used: 0, event });
        }
        self.start_with(datagram);
        let (used, record) = self.reader.next(datagram);
        let event = match record {
            DatagramRecord::Noise => Event::None,
            DatagramRecord::Rejected => self.on_rejected()?,
            DatagramRecord::Useless => {
                self.rejected_records = self.rejected_records.saturating_add(1);
                Event::None
            }
            DatagramRecord::Handshake { range, authentic } => {
                let plaintext = datagram.get(range).unwrap_or_default();
                self.on_handshake(plaintext, authentic, host)?
            }
            DatagramRecord::ChangeCipherSpec => self.on_change_cipher_spec(host)?,
            DatagramRecord::Alert { alert, authentic } => {
                trace!(host, State, "<= alert {:?} {:?}", alert.level, alert.description);
                self.on_alert(alert, authentic)?
            }
            DatagramRecord::Data(range) => self.on_data(range, host),
        };
        Ok(Received { used, event })
    }

    /// A server numbers its records and messages as its client does, which may have been answered without state before
    /// (RFC 6347 section 4.2.1).
    fn start_with(&mut self, datagram: &[u8]) {
        let Phase::Handshake(handshaking) = &mut self.phase else { return };
        // Until a hello is complete any may be the peer's.
        if self.flight.is_some() || self.reassembly.has_begun() {
            return;
        }
        let Some(header) = DatagramHeader::read(datagram) else { return };
        let plaintext = datagram.get(record::datagram::HEADER_BYTES..).unwrap_or_default();
        let Some((fragment, _, _)) = Fragment::split(plaintext) else { return };
        if header.epoch == 0 && fragment.message_type == HandshakeType::CLIENT_HELLO {
            self.writer.start_at(header.sequence_number);
            self.reassembly.start_at(fragment.message_seq);
            self.peer_flights = (fragment.message_seq, fragment.message_seq);
            handshaking.start_at(fragment.message_seq);
        }
    }

    fn on_handshake(
        &mut self,
        mut plaintext: &[u8],
        authentic: bool,
        host: &mut Host<'_>,
    ) -> Result<Event, Error> {
        // What is left of the handshake is protected.
        let may_be_new = authentic || !self.reader.is_protected();
        let mut event = Event::None;
        while let Some((fragment, bytes, rest)) = Fragment::split(plaintext) {
            plaintext = rest;
            if self.refuses(&fragment, authentic) {
                continue;
            }
            match self.reassembly.place(&fragment, bytes.len()) {
                Place::Old => self.on_old(&fragment, authentic, host),
                Place::Whole | Place::Part if !may_be_new || !self.is_handshaking() => {}
                Place::Whole if event == Event::None => {
                    if self.may_follow(&fragment) {
                        let left;
                        (event, left) = self.deliver(&fragment, bytes, host)?;
                        self.hold_rest(&fragment, left);
                    }
                }
                Place::Whole | Place::Part => self.reassembly.hold(&fragment, bytes),
                Place::Useless => {}
            }
        }
        if event == Event::None { self.deliver_held(host) } else { Ok(event) }
    }

    /// Nothing is negotiated anew: RFC 5246 section 7.2.2 has a warning for who asks for it. Peers number such messages from
    /// where they were, or from 0.
    fn refuses(&mut self, fragment: &Fragment, authentic: bool) -> bool {
        let asks =
            [HandshakeType::HELLO_REQUEST, HandshakeType::CLIENT_HELLO].contains(&fragment.message_type);
        let refuses = asks && authentic && matches!(self.phase, Phase::Connected);
        if refuses && fragment.offset == 0 && !self.sent_close {
            self.push_alert(Alert::warning(AlertDescription::NO_RENEGOTIATION));
        }
        refuses
    }

    /// The peer sends its last flight again: it has not heard ours, which goes out again too (RFC 6347 section 4.2.4), after
    /// a pause, for anybody can repeat what is not protected. One fragment decides, so that one flight is
    /// answered once.
    fn on_old(&mut self, fragment: &Fragment, authentic: bool, host: &Host<'_>) {
        // What repeats the flight that is under way says nothing of ours.
        let (last, under_way) = self.peer_flights;
        let begins_flight = fragment.offset == 0 && fragment.message_seq == last && last != under_way;
        let waiting = self.flight.as_mut().filter(|flight| flight.is_drained());
        let waiting = waiting.filter(|_| begins_flight || authentic);
        if let Some(flight) = waiting
            && self.timer.may_repeat(host.now, &self.settings.timeouts)
        {
            flight.again();
        }
    }

    /// Whether the message may be meant: anybody could have sent it, and a peer that means another has nothing else to say.
    fn may_follow(&mut self, fragment: &Fragment) -> bool {
        let Phase::Handshake(handshaking) = &self.phase else { return false };
        let may = self.reader.is_protected() || handshaking.expects(fragment.message_type);
        if !may {
            self.suspect(Error::UnexpectedMessage(fragment.message_type));
        }
        may
    }

    /// Hands on what is left of a message that is complete, in pieces that the machine wants; what the machine did not take
    /// before it had something to say.
    fn deliver<'b>(
        &mut self,
        fragment: &Fragment,
        mut bytes: &'b [u8],
        host: &mut Host<'_>,
    ) -> Result<(Event, &'b [u8]), Error> {
        loop {
            let Phase::Handshake(handshaking) = &mut self.phase else { return Ok((Event::None, &[])) };
            let offset = self.reassembly.delivered();
            let len = bytes.len().min(handshaking.chunk_limit());
            let (piece, rest) = bytes.split_at_checked(len).ok_or(Error::Internal)?;
            let Fragment { message_type, total, .. } = *fragment;
            if offset == 0 {
                trace!(host, State, "<= {message_type:?}, {total} bytes");
            }
            let chunk = Chunk { message_type, total, offset, bytes: piece };
            let step = handshaking.on_chunk(chunk, host)?;
            self.reassembly.advance(fragment, u32::try_from(len).map_err(|_| Error::Internal)?);
            let event = self.after(step, host)?;
            bytes = rest;
            if event != Event::None || bytes.is_empty() {
                return Ok((event, bytes));
            }
        }
    }

    /// Keeps what is left of a message that is being handed on.
    fn hold_rest(&mut self, fragment: &Fragment, left: &[u8]) {
        if !left.is_empty() {
            let offset = self.reassembly.delivered();
            self.reassembly.hold(&Fragment { offset, ..*fragment }, left);
        }
    }

    /// Hands on the messages that are complete by now, and a ChangeCipherSpec that came before its turn.
    fn deliver_held(&mut self, host: &mut Host<'_>) -> Result<Event, Error> {
        while self.is_handshaking() {
            if self.early_change_cipher_spec && self.expects_change_cipher_spec() {
                return self.on_change_cipher_spec(host);
            }
            let Some((fragment, held, range)) = self.reassembly.lend() else { break };
            let follows = self.reassembly.delivered() > 0 || self.may_follow(&fragment);
            let mut event = Event::None;
            if follows {
                (event, _) = self.deliver(&fragment, held.get(range).unwrap_or_default(), host)?;
            }
            if self.is_handshaking() {
                self.reassembly.give_back(held, !follows);
            }
            if event != Event::None {
                return Ok(event);
            }
        }
        Ok(Event::None)
    }

    fn expects_change_cipher_spec(&self) -> bool {
        matches!(&self.phase, Phase::Handshake(handshaking) if handshaking.expects_change_cipher_spec())
    }

    /// It has no number, and says nothing that the messages before it do not: where it is not expected it came too early, or
    /// once more.
    fn on_change_cipher_spec(&mut self, host: &mut Host<'_>) -> Result<Event, Error> {
        self.early_change_cipher_spec = !self.expects_change_cipher_spec();
        let Phase::Handshake(handshaking) = &mut self.phase else { return Ok(Event::None) };
        if self.early_change_cipher_spec {
            return Ok(Event::None);
        }
        trace!(host, State, "<= CHANGE_CIPHER_SPEC");
        let (step, protection) = handshaking.on_change_cipher_spec(host)?;
        self.reader.install(protection);
        // Without protection, and nothing that is without protection follows.
        self.reassembly.clear();
        self.after(step, host)
    }

    fn on_alert(&mut self, alert: Alert, authentic: bool) -> Result<Event, Error> {
        match (authentic, alert.level, alert.description) {
            (false, AlertLevel::FATAL, description) => {
                self.suspect(Error::AlertReceived(description));
                Ok(Event::None)
            }
            (false, _, _) => Ok(Event::None),
            (true, _, AlertDescription::CLOSE_NOTIFY) => {
                self.received_close = true;
                self.close();
                Ok(Event::Closed)
            }
            (true, AlertLevel::WARNING, description) => Ok(Event::Warning(description)),
            (true, _, description) => Err(Error::AlertReceived(description)),
        }
    }

    /// An error that anybody could have led to: it counts when nothing better comes.
    fn suspect(&mut self, error: Error) {
        self.suspicion = self.timer.deadline().map(|_| error);
    }

    /// Data before the end of the handshake was sent under keys that are not proven: it is dropped, as the network may do.
    fn on_data(&mut self, range: Range<usize>, host: &mut Host<'_>) -> Event {
        trace!(host, Record, "<= {} bytes of application data", range.len());
        if !matches!(self.phase, Phase::Connected) {
            return Event::None;
        }
        // The peer has our last flight.
        self.flight = None;
        Event::Data(range)
    }

    /// What was not even opened is no attempt at a forgery, and does not count towards the limit.
    fn on_rejected(&mut self) -> Result<Event, Error> {
        self.rejected_records = self.rejected_records.saturating_add(1);
        self.failed_opens = self.failed_opens.saturating_add(1);
        if LIMIT_REJECTED && self.failed_opens > MAX_REJECTED_RECORDS {
            return Err(Error::Exhausted(Limit::RejectedRecords));
        }
        Ok(Event::None)
    }
}
