//! Without feature `async-private` no job waits for the application.

use crate::{Answer, Error, Request};
use crypto::BoxedJob;

pub(crate) const fn of(_job: &BoxedJob) -> Option<Request<'_>> {
    None
}

pub(crate) const fn answer(_job: &mut BoxedJob, _answer: Answer<'_>) -> Result<(), Error> {
    Err(Error::Misuse)
}
