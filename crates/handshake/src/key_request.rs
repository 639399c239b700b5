//! What an external private key is asked, from the job that waits for it.

use crate::{Answer, Error, Request};
use crypto::BoxedJob;

/// What the job waits for.
pub(crate) fn of(job: &BoxedJob) -> Option<Request<'_>> {
    job.key_request().map(Request::PrivateKey)
}

/// Whether the answer is one to the job.
pub(crate) fn answer(job: &mut BoxedJob, answer: Answer<'_>) -> Result<(), Error> {
    match answer {
        Answer::PrivateKey(answer) => Ok(job.answer_key(answer)?),
        Answer::Credential(_) | Answer::Certificate(_) => Err(Error::Misuse),
    }
}
