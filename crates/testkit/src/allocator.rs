//! A global allocator that counts, and that fails when told to; the one file of this workspace with `unsafe`.
//!
//! Only what happens inside [`watched`] counts, and on the calling thread, so that tests may run side by side and their
//! own memory does not matter. What is allocated while watched must be freed while watched. A test binary installs it
//! by `#[global_allocator] static ALLOCATOR: testkit::allocator::Counting = testkit::allocator::Counting;`.
#![expect(unsafe_code, reason = "GlobalAlloc is an unsafe trait; nothing here touches the memory itself")]

use crate::heap::{Figures, FirstFit};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};

/// The system's allocator, counted for each thread.
pub struct Counting;

/// What the current thread has allocated since [`reset`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Bytes allocated and not yet freed; below zero when memory of an earlier time was freed.
    pub live: isize,
    /// The most that `live` has been.
    pub peak: isize,
    /// Calls that gave memory out.
    pub allocations: usize,
    /// The largest single request.
    pub largest: usize,
    /// Bytes of all requests together: the work of copying grows with it.
    pub requested: usize,
    /// Requests that were refused.
    pub refused: usize,
}

thread_local! {
    static COUNTS: Cell<Counts> = const {
        Cell::new(Counts { live: 0, peak: 0, allocations: 0, largest: 0, requested: 0, refused: 0 })
    };
    /// Requests until one is refused; 0 is never.
    static FAIL_IN: Cell<usize> = const { Cell::new(0) };
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static HEAP: RefCell<FirstFit> = const { RefCell::new(FirstFit::new(0)) };
}

/// Begins to count anew on this thread; [`Counting`] must be the global allocator.
pub fn reset() {
    COUNTS.set(Counts::default());
}

/// What this thread has allocated while watched, since [`reset`].
#[must_use]
pub fn counts() -> Counts {
    COUNTS.get()
}

/// Counts what `work` allocates, and refuses the request that was armed.
pub fn watched<T>(work: impl FnOnce() -> T) -> T {
    let before = WATCHED.replace(true);
    let outcome = work();
    WATCHED.set(before);
    outcome
}

/// Does not count what `work` allocates, within work that is watched: for what outlives it, or must not fail.
pub fn unwatched<T>(work: impl FnOnce() -> T) -> T {
    let before = WATCHED.replace(false);
    let outcome = work();
    WATCHED.set(before);
    outcome
}

/// Arms a failure: the `n`-th watched request of this thread from now on is refused, once (1 is the next one).
pub fn fail_at(n: usize) {
    FAIL_IN.set(n);
}

/// Disarms; says whether the armed request came.
#[must_use]
pub fn disarm() -> bool {
    FAIL_IN.replace(0) == 0
}

/// What is watched on this thread has only a first-fit heap of so many bytes from now on; 0 is without end.
pub fn limit_heap(bytes: usize) {
    HEAP.with_borrow_mut(|heap| *heap = FirstFit::new(bytes));
}

/// What was seen of that heap.
#[must_use]
pub fn heap_figures() -> Figures {
    HEAP.with_borrow(FirstFit::figures)
}

/// Whether this thread is watched now. Thread-locals of a thread that is ending are gone: then not.
fn is_watched() -> bool {
    WATCHED.try_with(Cell::get).unwrap_or(false)
}

fn change(what: impl FnOnce(&mut Counts)) {
    let _ = COUNTS.try_with(|counts| {
        let mut now = counts.get();
        what(&mut now);
        counts.set(now);
    });
}

/// Whether this request is the one to refuse.
fn refuse(bytes: usize) -> bool {
    if !is_watched() {
        return false;
    }
    let refused = FAIL_IN.try_with(|left| {
        let n = left.get();
        left.set(n.saturating_sub(1));
        n == 1
    });
    let refused =
        refused.unwrap_or(false) || !HEAP.try_with(|heap| heap.borrow_mut().fits(bytes)).unwrap_or(true);
    change(|now| {
        now.largest = now.largest.max(bytes);
        now.requested += bytes;
        now.refused += usize::from(refused);
    });
    refused
}

fn grew(memory: *mut u8, bytes: usize) {
    if is_watched() {
        let _ = HEAP.try_with(|heap| heap.borrow_mut().insert(memory.addr(), bytes));
        change(|now| {
            now.live = now.live.saturating_add_unsigned(bytes);
            now.peak = now.peak.max(now.live);
            now.allocations += 1;
        });
    }
}

fn shrank(memory: usize, bytes: usize) {
    if is_watched() {
        let _ = HEAP.try_with(|heap| heap.borrow_mut().remove(memory));
        change(|now| now.live = now.live.saturating_sub_unsigned(bytes));
    }
}

// SAFETY: every call goes to `System` with the arguments unchanged, or returns null, which GlobalAlloc allows for any
// request; the bookkeeping allocates nothing (const thread-locals without destructors).
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if refuse(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's promise about `layout` is passed on.
        let memory = unsafe { System.alloc(layout) };
        if !memory.is_null() {
            grew(memory, layout.size());
        }
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        shrank(memory.addr(), layout.size());
        // SAFETY: `memory` came from `System` by `alloc` or `realloc` above with this layout, as the caller promises.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if refuse(new_size) {
            return std::ptr::null_mut();
        }
        let before = memory.addr();
        // SAFETY: as for `dealloc`; the caller's promise about `new_size` is passed on.
        let moved = unsafe { System.realloc(memory, layout, new_size) };
        if !moved.is_null() {
            shrank(before, layout.size());
            grew(moved, new_size);
        }
        moved
    }
}
