//! What every stream has besides reading and writing.

/// The methods of a stream with the fields `pump`, `world` and `transport`; `$convert` makes its errors of TLS errors.
macro_rules! accessors {
    ($error:ty, $convert:path) => {
        /// What was agreed; None before the handshake is complete.
        pub fn facts(&self) -> Option<&embertls::Facts> {
            self.connection().facts()
        }

        /// The connection: keying material, the peer's certificates, what it asks.
        pub const fn connection(&self) -> &embertls::Connection<'c> {
            self.pump.connection()
        }

        /// The connection; bytes that it is given or asked for directly break the stream.
        pub const fn connection_mut(&mut self) -> &mut embertls::Connection<'c> {
            self.pump.connection_mut()
        }

        /// Negotiates the connection anew; the next calls carry it out.
        ///
        /// # Errors
        /// When the connection does not allow it, see [`embertls::Connection::renegotiate`].
        pub fn renegotiate(&mut self) -> Result<(), $error> {
            self.pump.connection_mut().renegotiate(&mut self.world.host()).map_err($convert)
        }

        /// Answers what [`embertls::Connection::request`] asks; calls that wait for it are
        /// [`AnswerFirst`](embertls::Misuse::AnswerFirst).
        ///
        /// # Errors
        /// When nothing is asked; what the answer leads to shows in the next call.
        pub fn answer(&mut self, answer: usize) -> Result<(), $error> {
            self.pump.answer(&mut self.world.host(), answer).map_err($convert)
        }

        /// As `answer`, to a request of any kind: [`embertls::Connection::answer_with`].
        ///
        /// # Errors
        /// When nothing is asked; what the answer leads to shows in the next call.
        pub fn answer_with(&mut self, answer: embertls::Answer<'_>) -> Result<(), $error> {
            self.pump.answer_with(&mut self.world.host(), answer).map_err($convert)
        }

        /// Whether the peer has closed in order.
        pub const fn is_peer_closed(&self) -> bool {
            self.pump.is_peer_closed()
        }

        /// Whether records wait to be written.
        pub fn is_write_pending(&self) -> bool {
            !self.pump.unsent().is_empty()
        }

        /// The transport.
        pub const fn transport(&self) -> &T {
            &self.transport
        }

        /// The transport; bytes read from or written to it directly break the connection.
        pub const fn transport_mut(&mut self) -> &mut T {
            &mut self.transport
        }

        /// The transport back, without closing; keys are wiped.
        pub fn into_inner(self) -> T {
            self.transport
        }
    };
}

pub(crate) use accessors;
