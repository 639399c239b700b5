//! Slow work as a value: a public-key operation that can be advanced in slices.

use crate::Error;
#[cfg(feature = "async-private")]
use crate::{KeyFailure, KeyRequest};
use memory::{Box, Boxed, OutOfMemory};

/// How much work one call may do. The unit is roughly a thousand multiplications of 32-bit words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget(pub u32);

impl Budget {
    /// Run to the end at once, as hosts do.
    pub const UNLIMITED: Self = Self(u32::MAX);
}

/// What one slice of work came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<T> {
    /// Call again.
    Pending,
    /// Finished with this result.
    Ready(T),
}

/// A public-key operation in slices. It owns its inputs (all randomness was drawn when it was made) and wipes
/// them when dropped.
pub trait Job {
    /// Goes on within `budget`; a primitive that cannot be sliced does all its work in one call.
    /// When ready, the result stands at the start of `out` and its length is returned.
    ///
    /// # Errors
    /// What the operation found, or [`Error::BufferTooSmall`] when `out` cannot hold the result.
    fn advance(&mut self, budget: Budget, out: &mut [u8]) -> Progress<Result<usize, Error>>;

    /// What the job waits for, if that is somebody else's answer: until it has one, `advance` gets nowhere.
    #[cfg(feature = "async-private")]
    fn key_request(&self) -> Option<KeyRequest<'_>> {
        None
    }

    /// Answers [`Job::key_request`] with a signature or a message.
    ///
    /// # Errors
    /// [`Error::Unsupported`] when nothing is asked; [`Error::OutOfMemory`].
    #[cfg(feature = "async-private")]
    fn answer_key(&mut self, _answer: Result<&[u8], KeyFailure>) -> Result<(), Error> {
        Err(Error::Unsupported)
    }
}

impl<J: Job> Job for [J; 1] {
    fn advance(&mut self, budget: Budget, out: &mut [u8]) -> Progress<Result<usize, Error>> {
        let [job] = self;
        job.advance(budget, out)
    }
    #[cfg(feature = "async-private")]
    fn key_request(&self) -> Option<KeyRequest<'_>> {
        let [job] = self;
        job.key_request()
    }
    #[cfg(feature = "async-private")]
    fn answer_key(&mut self, answer: Result<&[u8], KeyFailure>) -> Result<(), Error> {
        let [job] = self;
        job.answer_key(answer)
    }
}

/// A job on the heap.
pub type BoxedJob = Box<dyn Job + Send>;

/// Puts a job on the heap.
///
/// # Errors
/// [`OutOfMemory`] when the allocator refuses.
pub fn boxed<J: Job + Send + 'static>(job: J) -> Result<BoxedJob, OutOfMemory> {
    Ok(Boxed::try_new(job)?.into_array_box())
}
