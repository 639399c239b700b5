//! Calls that were interrupted are made again, but not for ever.

use crate::limits;

/// Counts how often in a row a transport was interrupted.
#[derive(Default)]
pub(crate) struct Patience(usize);

impl Patience {
    /// None when the call is to be made again.
    pub(crate) fn with<V, E>(
        &mut self,
        outcome: Result<V, E>,
        is_interrupted: impl FnOnce(&E) -> bool,
    ) -> Option<Result<V, E>> {
        let interrupted = outcome.as_ref().err().is_some_and(is_interrupted);
        self.0 = if interrupted { self.0 + 1 } else { 0 };
        if interrupted && self.0 <= limits::MAX_INTERRUPTED_RETRIES { None } else { Some(outcome) }
    }
}
