//! The client's one session, which a file may bring and take.

use crate::exit::Failure;
use embertls::SessionStore;
use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
};

/// The session of the server that this command talks to. Whether it fits is for the connection to say.
#[derive(Default)]
pub(crate) struct ClientSession {
    session: Vec<u8>,
}

impl ClientSession {
    /// What a file holds; one of an earlier run.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let session =
            fs::read(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
        Ok(Self { session })
    }

    /// Writes the session for a later run; its bytes hold a secret, so the file is for its owner alone. False when there
    /// is none.
    pub(crate) fn write(&self, path: &Path) -> Result<bool, Failure> {
        if self.session.is_empty() {
            return Ok(false);
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(path).and_then(|mut file| file.write_all(&self.session));
        written.map(|()| true).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
    }
}

impl SessionStore for ClientSession {
    fn load(&mut self, _key: &[u8], found: &mut dyn FnMut(&[u8])) {
        if !self.session.is_empty() {
            found(&self.session);
        }
    }

    fn store(&mut self, _key: &[u8], session: &[u8]) {
        self.session = session.to_vec();
    }
}
