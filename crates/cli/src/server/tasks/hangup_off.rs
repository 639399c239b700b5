//! No SIGHUP: this system has no such signal, and the server keeps its certificates as long as it runs.

use super::super::service::Service;
use std::{io, sync::Arc};

/// Nothing to wait for.
pub(super) fn watch(_service: &Arc<Service>) -> io::Result<()> {
    Ok(())
}
