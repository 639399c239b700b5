//! TLS on a transport that has carried plaintext, as after STARTTLS.
//!
//! What a peer, or someone on the way, sends after the word that TLS begins and before TLS has begun must not be taken
//! for what TLS protects (RFC 3207 section 6). So a buffered reader is given up only when it is empty. For readers of other
//! kinds there is [`crate::Parts::after_plaintext`].

use embertls::{Error, Misuse};
use std::io::BufReader;

/// The transport of a buffered reader, for a stream to be made of.
///
/// ```
/// use embertls::{Error, Misuse};
/// use embertls_io::starttls;
/// use std::io::{BufRead, BufReader};
///
/// let mut reader = BufReader::new(&b"220 go ahead\r\nRCPT TO:<injected>\r\n"[..]);
/// let mut line = String::new();
/// reader.read_line(&mut line)?;
/// assert_eq!(starttls::transport(reader).err(), Some(Error::Misuse(Misuse::BytesBeforeTls)));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// [`Misuse::BytesBeforeTls`].
pub fn transport<T>(reader: BufReader<T>) -> Result<T, Error> {
    if reader.buffer().is_empty() {
        Ok(reader.into_inner())
    } else {
        Err(Error::Misuse(Misuse::BytesBeforeTls))
    }
}
