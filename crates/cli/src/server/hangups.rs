//! SIGHUP for a server that looks for it between its waits.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{
    runtime,
    signal::unix::{SignalKind, signal},
};

/// The signals, and what hears them.
pub(super) struct Hangups {
    seen: Arc<AtomicBool>,
    _runtime: runtime::Runtime,
}

impl Hangups {
    /// From now on the signal does not end the process.
    pub(super) fn new() -> io::Result<Self> {
        let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let inside = runtime.enter();
        let mut hangups = signal(SignalKind::hangup())?;
        let seen = Arc::new(AtomicBool::new(false));
        let tell = Arc::clone(&seen);
        runtime.spawn(async move {
            while hangups.recv().await.is_some() {
                tell.store(true, Ordering::Relaxed);
            }
        });
        drop(inside);
        Ok(Self { seen, _runtime: runtime })
    }

    /// Whether there was one since this was asked last.
    pub(super) fn take(&self) -> bool {
        self.seen.swap(false, Ordering::Relaxed)
    }
}
