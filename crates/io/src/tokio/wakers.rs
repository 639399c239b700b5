//! Who is woken when the transport moves: the task that reads and the one that writes.
//!
//! Either may have to wait for the transport's reading or its writing (an alert, a flight), and a transport remembers one
//! task for each. So it is given one waker for both.

use std::{
    sync::{Arc, Mutex, PoisonError},
    task::{Wake, Waker},
};

/// Which of the two tasks.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Reader,
    Writer,
}

#[derive(Default)]
pub(super) struct Wakers(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Wakers {
    /// Remembers the task of one side, and makes the waker for the transport.
    pub(super) fn register(self: &Arc<Self>, side: Side, waker: &Waker) -> Waker {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = match side {
            Side::Reader => &mut waiting.reader,
            Side::Writer => &mut waiting.writer,
        };
        match slot {
            Some(known) => known.clone_from(waker),
            None => *slot = Some(waker.clone()),
        }
        drop(waiting);
        Waker::from(Arc::clone(self))
    }
}

impl Wake for Wakers {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // Woken without the lock, for a waker may do anything.
        let waiting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for waker in [waiting.reader, waiting.writer].into_iter().flatten() {
            waker.wake();
        }
    }
}
