//! A client with one suite on a bare device. It is linked to be measured (`cargo xtask size`), never run: memory is
//! not initialised before `reset`.
#![no_std]
#![no_main]

mod allocator;
mod board;
#[cfg(feature = "psk-ccm-8")]
mod datagrams;
#[cfg(not(feature = "psk-ccm-8"))]
mod stream;

use core::panic::PanicInfo;
#[cfg(feature = "psk-ccm-8")]
use datagrams::converse;
use embertls::Instant;
#[cfg(not(feature = "psk-ccm-8"))]
use stream::converse;

#[global_allocator]
static HEAP: allocator::Heap = allocator::Heap::new();

/// Where the processor starts.
#[unsafe(no_mangle)]
pub extern "C" fn reset() -> ! {
    // SAFETY: the one call.
    let (input, output) = unsafe { board::buffers() };
    loop {
        let outcome = converse(input, output);
        board::write(&[u8::from(outcome.is_ok())]);
    }
}

fn now() -> Instant {
    Instant(u64::from(board::clock()))
}

#[panic_handler]
fn on_panic(_: &PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
