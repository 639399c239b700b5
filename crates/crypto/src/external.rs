//! A private key that is not here: what it is to do is shown to the application, whose answer may come later.
//!
//! The job that [`ExternalKey`] makes waits: [`Job::key_request`] is what it waits for, and [`Job::answer_key`] lets it end. An
//! element that can be asked and polled in place needs none of this: it implements [`PrivateKey`] itself, with a job that is
//! [`Progress::Pending`] until the element is done.

use crate::{
    BoxedJob, Budget, Error, Job, KeyFailure, KeyOperation, KeyRequest, KeyType, PrivateKey, Progress, Rng,
    SignatureAlgorithm, ct::Mask, limits,
};
use memory::Bytes;

/// A key in a secure element, a security module or another process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExternalKey {
    /// The kind of key.
    pub key_type: KeyType,
    /// The curve's object identifier (content bytes) for an EC key.
    pub curve_oid: Option<&'static [u8]>,
    /// Which of the application's keys it is: shown in its requests.
    pub id: u32,
}

/// A job that waits for its answer.
struct Asked {
    key: u32,
    wanted: Wanted,
    /// The digest or the ciphertext.
    input: Bytes,
    answer: Option<Result<Bytes, Error>>,
}

enum Wanted {
    Signature(&'static SignatureAlgorithm),
    /// A message as long as this, or this.
    Message(Bytes),
}

impl ExternalKey {
    fn ask(&self, wanted: Wanted, input: &[u8]) -> Result<BoxedJob, Error> {
        let input = Bytes::copy_of(input)?;
        Ok(crate::boxed(Asked { key: self.id, wanted, input, answer: None })?)
    }
}

impl PrivateKey for ExternalKey {
    fn key_type(&self) -> KeyType {
        self.key_type
    }

    fn curve_oid(&self) -> Option<&'static [u8]> {
        self.curve_oid
    }

    fn sign(
        &self,
        algorithm: &'static SignatureAlgorithm,
        digest: &[u8],
        _rng: &mut dyn Rng,
    ) -> Result<BoxedJob, Error> {
        if algorithm.key != self.key_type {
            return Err(Error::Unsupported);
        }
        self.ask(Wanted::Signature(algorithm), digest)
    }

    fn decrypt_or(
        &self,
        ciphertext: &[u8],
        substitute: &[u8],
        _rng: &mut dyn Rng,
    ) -> Result<BoxedJob, Error> {
        if self.key_type != KeyType::Rsa {
            return Err(Error::Unsupported);
        }
        self.ask(Wanted::Message(Bytes::copy_of(substitute)?), ciphertext)
    }
}

impl Job for Asked {
    fn advance(&mut self, _: Budget, out: &mut [u8]) -> Progress<Result<usize, Error>> {
        let Some(answer) = &self.answer else { return Progress::Pending };
        Progress::Ready(answer.as_ref().map_err(|error| *error).and_then(|result| {
            out.get_mut(..result.len()).ok_or(Error::BufferTooSmall)?.copy_from_slice(result);
            Ok(result.len())
        }))
    }

    fn key_request(&self) -> Option<KeyRequest<'_>> {
        let operation = match &self.wanted {
            Wanted::Signature(algorithm) => KeyOperation::Sign { algorithm, digest: &self.input },
            Wanted::Message(_) => KeyOperation::Decrypt { ciphertext: &self.input },
        };
        self.answer.is_none().then_some(KeyRequest { key: self.key, operation })
    }

    fn answer_key(&mut self, answer: Result<&[u8], KeyFailure>) -> Result<(), Error> {
        let answer = match (&self.wanted, answer) {
            (_, Err(KeyFailure::Failed)) | (Wanted::Signature(_), Err(KeyFailure::BadCiphertext)) => {
                Err(Error::PrivateKey)
            }
            (Wanted::Signature(_), Ok([])) => Err(Error::PrivateKey),
            (Wanted::Signature(_), Ok(signature)) if signature.len() > limits::MAX_JOB_RESULT_BYTES => {
                Err(Error::PrivateKey)
            }
            (Wanted::Signature(_), Ok(signature)) => Ok(Bytes::copy_of(signature)?),
            (Wanted::Message(substitute), message) => {
                Ok(message_or(message.unwrap_or_default(), substitute)?)
            }
        };
        self.answer = Some(answer);
        Ok(())
    }
}

/// The message when it is as long as the substitute, else that.
///
/// CT: which of both; the length of the message is what the element told, and shows in how much is copied.
fn message_or(message: &[u8], substitute: &[u8]) -> Result<Bytes, Error> {
    let mut result = Bytes::zeroed(substitute.len())?;
    result.iter_mut().zip(message).for_each(|(to, from)| *to = *from);
    let wrong = Mask::equal(Mask::equal(message.len(), substitute.len()).select(1, 0), 0);
    wrong.assign(&mut result, substitute);
    Ok(result)
}

#[cfg(test)]
mod tests;
