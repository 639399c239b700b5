//! How many connections there may be at once.

use crate::{limits, output::report};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// The places that are taken.
#[derive(Default)]
pub(super) struct Places(Arc<AtomicUsize>);

/// One open connection, until dropped.
pub(super) struct Place(Arc<AtomicUsize>);

impl Places {
    /// A place for a client; None, and a line of the log, when all are taken.
    pub(super) fn take(&self, peer: SocketAddr) -> Option<Place> {
        let place = (self.0.fetch_add(1, Ordering::Relaxed), Place(Arc::clone(&self.0)));
        if place.0 < limits::MAX_CONNECTIONS {
            return Some(place.1);
        }
        report(format_args!("{peer} refused: {} connections are open", limits::MAX_CONNECTIONS));
        None
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
