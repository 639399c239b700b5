//! A first-fit allocator over one static block, for a program with one thread and no interrupts.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::{Cell, UnsafeCell};
use core::ptr;

/// Bytes of the heap.
const HEAP_BYTES: usize = 64 * 1024;
/// Every block starts at a multiple of this and holds a multiple of it; a free block holds its own header.
const UNIT_BYTES: usize = 16;

/// The memory itself.
#[repr(align(16))]
struct Memory(UnsafeCell<[u8; HEAP_BYTES]>);

/// The head of a free block.
struct Free {
    len: usize,
    next: *mut Self,
}

/// Free blocks in the order of their addresses.
pub struct Heap {
    memory: Memory,
    first: Cell<*mut Free>,
    started: Cell<bool>,
}

// SAFETY: the program has one thread and no interrupt handler, so that nothing is shared.
unsafe impl Sync for Heap {}

impl Heap {
    pub const fn new() -> Self {
        Self {
            memory: Memory(UnsafeCell::new([0; HEAP_BYTES])),
            first: Cell::new(ptr::null_mut()),
            started: Cell::new(false),
        }
    }

    /// Makes the whole memory one free block, once.
    fn start(&self) {
        if !self.started.replace(true) {
            let whole = self.memory.0.get().cast::<Free>();
            // SAFETY: the memory is aligned, large enough for a header, and nothing of it is lent yet.
            unsafe { whole.write(Free { len: HEAP_BYTES, next: ptr::null_mut() }) };
            self.first.set(whole);
        }
    }

    /// Points whatever led to a block at another one.
    fn relink(&self, before: *mut Free, to: *mut Free) {
        if before.is_null() {
            self.first.set(to);
        } else {
            // SAFETY: `before` is a block of the free list, so that its header is ours.
            unsafe { (*before).next = to };
        }
    }
}

/// What a request occupies; None when that cannot be.
fn block_len(layout: Layout) -> Option<usize> {
    if layout.align() > UNIT_BYTES {
        return None;
    }
    layout.size().max(1).checked_next_multiple_of(UNIT_BYTES)
}

// SAFETY: blocks are disjoint parts of `memory`, aligned to UNIT_BYTES, and lent once at a time; a refusal is null.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.start();
        let Some(len) = block_len(layout) else { return ptr::null_mut() };
        let (mut before, mut block) = (ptr::null_mut(), self.first.get());
        while !block.is_null() {
            // SAFETY: `block` is in the free list: its header is initialised and nobody else's.
            let Free { len: free, next } = unsafe { block.read() };
            if free >= len {
                let rest = if free == len {
                    next
                } else {
                    // SAFETY: the block is longer than `len`, by at least one unit, which holds a header.
                    unsafe {
                        let rest = block.byte_add(len);
                        rest.write(Free { len: free - len, next });
                        rest
                    }
                };
                self.relink(before, rest);
                return block.cast();
            }
            (before, block) = (block, next);
        }
        ptr::null_mut()
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        let Some(mut len) = block_len(layout) else { return };
        let block = memory.cast::<Free>();
        let (mut before, mut next) = (ptr::null_mut::<Free>(), self.first.get());
        while !next.is_null() && next < block {
            before = next;
            // SAFETY: `next` is in the free list.
            next = unsafe { (*next).next };
        }
        // SAFETY: `block` was lent by `alloc` with this layout and comes back; `before` and `next` are its
        // neighbours in the free list, whose headers are ours.
        unsafe {
            if !next.is_null() && block.byte_add(len) == next {
                len += (*next).len;
                next = (*next).next;
            }
            block.write(Free { len, next });
            if !before.is_null() && before.byte_add((*before).len) == block {
                (*before).len += len;
                (*before).next = next;
            } else {
                self.relink(before, block);
            }
        }
    }
}
