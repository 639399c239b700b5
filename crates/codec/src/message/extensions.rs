//! The extensions of a hello (RFC 5246 section 7.4.1.4).
//!
//! ```text
//! struct { ExtensionType extension_type; opaque extension_data<0..2^16-1>; } Extension;
//! Extension extensions<0..2^16-1>;   (absent altogether in old hellos)
//! ```

use crate::{Error, ErrorKind, ExtensionType, Reader, limits};

/// Extensions, each well-formed and each type at most once.
#[derive(Clone, Copy, Debug)]
pub struct Extensions<'a>(Reader<'a>);

impl<'a> Extensions<'a> {
    /// Reads the rest of a hello: nothing, or the list of extensions and then the end.
    ///
    /// # Errors
    /// A cut-off entry, trailing bytes, a type that stands twice, or more entries than
    /// [`limits::MAX_EXTENSIONS`].
    pub fn decode(mut r: Reader<'a>) -> Result<Self, Error> {
        if r.is_empty() {
            return Ok(Self(r));
        }
        let list = r.vec16(0, 0xFFFF)?;
        r.finish()?;
        let mut rest = list;
        let mut count = 0;
        while !rest.is_empty() {
            let at = rest;
            let id = ExtensionType(rest.u16()?);
            rest.vec16(0, 0xFFFF)?;
            if Self(list).iter().take(count).any(|(earlier, _)| earlier == id) {
                return Err(at.error(ErrorKind::Duplicate));
            }
            count += 1;
            if count > limits::MAX_EXTENSIONS {
                return Err(at.error(ErrorKind::TooLong));
            }
        }
        Ok(Self(list))
    }

    /// Types and bodies in order.
    #[must_use]
    pub const fn iter(&self) -> ExtensionsIter<'a> {
        ExtensionsIter(self.0)
    }
}

/// Iterates over [`Extensions`].
#[derive(Clone, Debug)]
pub struct ExtensionsIter<'a>(Reader<'a>);

impl<'a> Iterator for ExtensionsIter<'a> {
    type Item = (ExtensionType, &'a [u8]);
    fn next(&mut self) -> Option<Self::Item> {
        let id = ExtensionType(self.0.u16().ok()?);
        let body = self.0.vec16(0, 0xFFFF).ok()?;
        Some((id, body.as_slice()))
    }
}
