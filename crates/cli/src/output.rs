//! Standard output and standard error, either of which may be closed by its reader at any time.

use crate::exit::Failure;
use std::{
    fmt::Display,
    io::{self, ErrorKind, Write},
    process::ExitCode,
};

/// Writes an answer to standard output. A reader that has seen enough (`ember suites | head`) is no failure.
pub(crate) fn answer(bytes: &[u8], code: ExitCode) -> Result<ExitCode, Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Peer(format!("standard output takes no more: {error}")))
        }
        Ok(()) | Err(_) => Ok(code),
    }
}

/// Writes a peer's bytes to standard output.
pub(crate) fn pass_on(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Writes a line to standard error, in one piece; when nobody reads it there is nobody to tell.
pub(crate) fn report(line: impl Display) {
    let _ = io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}
