//! The key log that Wireshark, OpenSSL and NSS know: one line for each master secret.

use embertls::KeyLog;
use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
};

/// `CLIENT_RANDOM`, 32 and 48 bytes in hexadecimal, and the end of the line.
pub(crate) const LINE_LEN: usize = LABEL.len() + 1 + 64 + 1 + 96 + 1;
const LABEL: &[u8] = b"CLIENT_RANDOM";

/// A line of the NSS key log.
pub(crate) fn line(client_random: &[u8; 32], master_secret: &[u8; 48]) -> [u8; LINE_LEN] {
    let bytes = LABEL
        .iter()
        .copied()
        .chain([b' '])
        .chain(client_random.iter().flat_map(|byte| hex(*byte)))
        .chain([b' '])
        .chain(master_secret.iter().flat_map(|byte| hex(*byte)))
        .chain([b'\n']);
    let mut line = [0; LINE_LEN];
    line.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    line
}

/// Without a table, so that no address depends on the secret.
const fn hex(byte: u8) -> [u8; 2] {
    [digit(byte >> 4), digit(byte & 15)]
}

const fn digit(nibble: u8) -> u8 {
    // 39 more from 10 on, where `a` follows: the borrow of 9 - nibble says whether.
    nibble + b'0' + (9_u8.wrapping_sub(nibble) >> 7) * 39
}

/// Appends to a key log; each line is one write, so that several programs may share the file. Whoever reads the file can
/// read the connections: it is for debugging.
pub struct KeyLogFile<W = File> {
    file: W,
    error: Option<io::Error>,
}

impl KeyLogFile {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// The operating system's.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Ok(Self::new(OpenOptions::new().append(true).create(true).open(path)?))
    }
}

impl<W: Write> KeyLogFile<W> {
    /// Writes to anything.
    pub const fn new(file: W) -> Self {
        Self { file, error: None }
    }

    /// The first error of a write, once; a connection does not end for it.
    pub const fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }
}

impl<W: Write> KeyLog for KeyLogFile<W> {
    fn log(&mut self, client_random: &[u8; 32], master_secret: &[u8; 48]) {
        let written =
            self.file.write_all(&line(client_random, master_secret)).and_then(|()| self.file.flush());
        if let Err(error) = written {
            self.error.get_or_insert(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, string::String, vec::Vec};

    fn expected(random: u8, secret: u8) -> String {
        std::format!(
            "CLIENT_RANDOM {} {}\n",
            std::format!("{random:02x}").repeat(32),
            std::format!("{secret:02x}").repeat(48)
        )
    }

    #[test]
    fn a_line_is_label_random_and_secret_in_lower_case() {
        for byte in 0..=255 {
            let mut log = KeyLogFile::new(Vec::new());
            log.log(&[byte; 32], &[!byte; 48]);
            assert_eq!(String::from_utf8(log.file).unwrap(), expected(byte, !byte));
        }
    }

    #[test]
    fn lines_are_appended_to_what_the_file_has() {
        let path = std::env::temp_dir().join(std::format!("embertls-keylog-{}", std::process::id()));
        fs::write(&path, "# mine\n").unwrap();
        for secret in [3, 4] {
            let mut log = KeyLogFile::open(&path).unwrap();
            log.log(&[1; 32], &[secret; 48]);
            assert!(log.take_error().is_none());
        }
        let text = fs::read_to_string(&path).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(text, std::format!("# mine\n{}{}", expected(1, 3), expected(1, 4)));
    }

    #[test]
    fn an_error_is_kept_for_who_asks() {
        let mut nothing = [0_u8; 10];
        let mut log = KeyLogFile::new(&mut nothing[..]);
        log.log(&[1; 32], &[2; 48]);
        assert_eq!(log.take_error().map(|error| error.kind()), Some(io::ErrorKind::WriteZero));
        assert!(log.take_error().is_none());
    }
}
