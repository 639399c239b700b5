//! The board: a random number generator, a serial port, a clock and two buffers at fixed addresses. All are read and
//! written as volatile, so that the compiler knows nothing of what they hold.

use core::{ptr, slice};
use embertls::Rng;

/// Registers; the addresses are those of no particular device.
const RANDOM: *const u32 = ptr::without_provenance(0x4002_0000);
const CLOCK: *const u32 = ptr::without_provenance(0x4002_0004);
const PORT_IN: *const u32 = ptr::without_provenance(0x4002_0008);
const PORT_OUT: *mut u32 = ptr::without_provenance_mut(0x4002_000C);
const CONTROL: *const u32 = ptr::without_provenance(0x4002_0010);
/// RAM outside the linker's map.
const RECEIVE_BUFFER: *mut u8 = ptr::without_provenance_mut(0x2400_0000);
const TRANSMIT_BUFFER: *mut u8 = ptr::without_provenance_mut(0x2401_0000);
const BUFFER_BYTES: usize = 16 * 1024 + 512;

fn register(address: *const u32) -> u32 {
    // SAFETY: reading these registers is always allowed and touches no memory of the program.
    unsafe { address.read_volatile() }
}

/// Milliseconds.
pub fn clock() -> u32 {
    register(CLOCK)
}

/// What the operator wants.
pub fn control() -> u32 {
    register(CONTROL)
}

/// How long the datagram is that has come; 0 when none has.
#[cfg(feature = "psk-ccm-8")]
pub fn datagram_bytes() -> usize {
    register(CONTROL) as usize >> 16
}

/// Fills from the port; a real one would wait.
pub fn read(into: &mut [u8]) {
    for byte in into {
        *byte = register(PORT_IN).to_le_bytes()[0];
    }
}

/// Sends through the port.
pub fn write(bytes: &[u8]) {
    for byte in bytes {
        // SAFETY: as in `register`.
        unsafe { PORT_OUT.write_volatile(u32::from(*byte)) };
    }
}

/// The two record buffers.
///
/// # Safety
/// Called once.
pub unsafe fn buffers() -> (&'static mut [u8], &'static mut [u8]) {
    // SAFETY: both ranges are RAM that nothing else uses, and the caller asks once.
    unsafe {
        (
            slice::from_raw_parts_mut(RECEIVE_BUFFER, BUFFER_BYTES),
            slice::from_raw_parts_mut(TRANSMIT_BUFFER, BUFFER_BYTES),
        )
    }
}

/// The hardware's generator.
pub struct Random;

impl Rng for Random {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), crypto::Error> {
        for byte in out {
            *byte = register(RANDOM).to_le_bytes()[0];
        }
        Ok(())
    }
}
