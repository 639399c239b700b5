//! What only one of two halves may use at a time: one that tries, and one that waits.

use core::{
    cell::{Cell, RefCell, RefMut},
    future::poll_fn,
    ops::{Deref, DerefMut},
    task::{Poll, Waker},
};

pub(super) struct Lock<T> {
    value: RefCell<T>,
    waiting: Cell<Option<Waker>>,
}

/// The use of it; whoever waits is woken when it ends, also when the future that holds it is dropped.
pub(super) struct Guard<'l, T> {
    value: RefMut<'l, T>,
    waiting: &'l Cell<Option<Waker>>,
}

impl<T> Lock<T> {
    pub(super) const fn new(value: T) -> Self {
        Self { value: RefCell::new(value), waiting: Cell::new(None) }
    }

    pub(super) fn try_lock(&self) -> Option<Guard<'_, T>> {
        let value = self.value.try_borrow_mut().ok()?;
        Some(Guard { value, waiting: &self.waiting })
    }

    /// Waits for the other's use to end.
    pub(super) async fn lock(&self) -> Guard<'_, T> {
        poll_fn(|context| match self.try_lock() {
            Some(guard) => Poll::Ready(guard),
            None => {
                self.waiting.set(Some(context.waker().clone()));
                Poll::Pending
            }
        })
        .await
    }

    /// Waits until the other has used it once more.
    pub(super) async fn used(&self) {
        let mut waited = false;
        poll_fn(|context| {
            if core::mem::replace(&mut waited, true) {
                return Poll::Ready(());
            }
            self.waiting.set(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }

    pub(super) fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        if let Some(waker) = self.waiting.take() {
            waker.wake();
        }
    }
}
