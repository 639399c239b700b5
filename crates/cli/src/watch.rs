//! Who watches connections: `--keylog`, `--pcap` and `--debug`.

use crate::{compiled::FEATURES, exit::Failure, output::report};
use clap::Args;
use embertls::{KeyLog, Level, Trace};
use io::{Shared, key_log_file::KeyLogFile, pcapng::Pcapng};
use std::{
    fmt, io as std_io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

/// The options that client and server share.
#[derive(Args)]
pub(crate) struct WatchOptions {
    /// Append the secrets to an NSS key log; whoever can read it can read the connections
    #[arg(long, value_name = "FILE")]
    keylog: Option<PathBuf>,
    /// What to tell of each connection: 1 errors, 2 messages, 3 what was agreed on, 4 records
    #[arg(long, value_name = "LEVEL", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=4))]
    debug: u8,
}

/// A capture; None when it is finished.
type Capture = Shared<Option<Pcapng>>;

/// The watchers; each connection has a clone.
#[derive(Clone, Default)]
pub(crate) struct Watch {
    pub(crate) secrets: Secrets,
    pub(crate) words: Words,
    connections: Arc<AtomicU32>,
}

impl WatchOptions {
    /// Opens the files.
    pub(crate) fn watch(&self, pcap: Option<&Path>) -> Result<Watch, Failure> {
        let compiled = |name| FEATURES.iter().any(|feature| feature.name == name && feature.on);
        let logged = self.keylog.as_deref().map(|path| ("--keylog", "export-keys", path));
        for (option, feature, path) in
            logged.into_iter().chain(pcap.map(|path| ("--pcap", "export-keys", path)))
        {
            if !compiled(feature) {
                let file = path.display();
                return Err(Failure::Usage(format!(
                    "{option} {file}: this ember was built without {feature}"
                )));
            }
        }
        if self.debug > 0 && !compiled("debug") {
            return Err(Failure::Usage("--debug: this ember was built without debug".into()));
        }
        let file =
            self.keylog.as_deref().map(|path| KeyLogFile::open(path).map_err(|error| cannot(path, &error)));
        let capture = pcap.map(|path| Pcapng::create(path).map_err(|error| cannot(path, &error)));
        Ok(Watch {
            secrets: Secrets {
                file: file.transpose()?.map(Shared::new),
                capture: capture.transpose()?.map(|capture| Shared::new(Some(capture))),
            },
            words: Words { level: self.debug, connection: 0 },
            connections: Arc::default(),
        })
    }
}

fn cannot(path: &Path, error: &std_io::Error) -> Failure {
    Failure::Usage(format!("{} cannot be written: {error}", path.display()))
}

impl Watch {
    /// For the next connection.
    pub(crate) fn next(&self) -> Self {
        let connection = self.connections.fetch_add(1, Ordering::Relaxed) + 1;
        if connection > 1 {
            self.on_capture(Pcapng::next_connection);
        }
        Self { words: Words { connection, ..self.words }, ..self.clone() }
    }

    /// Bytes to the peer.
    pub(crate) fn sent(&self, bytes: &[u8]) {
        self.on_capture(|capture| capture.sent(bytes));
    }

    /// Bytes from the peer, before the connection has them.
    pub(crate) fn received(&self, bytes: &[u8]) {
        self.on_capture(|capture| capture.received(bytes));
    }

    /// A capture that cannot be written is given up; the connection goes on.
    fn on_capture(&self, call: impl FnOnce(&mut Pcapng) -> std_io::Result<()>) {
        let Some(shared) = &self.secrets.capture else { return };
        shared.with(|slot| {
            if let Some(Err(error)) = slot.as_mut().map(call) {
                report(format_args!("the capture ends here: {error}"));
                *slot = None;
            }
        });
    }

    /// Completes the capture, and tells what of the files could not be written.
    pub(crate) fn finish(&self) {
        let capture = self.secrets.capture.as_ref().and_then(|shared| shared.with(Option::take));
        if let Some(Err(error)) = capture.map(Pcapng::finish) {
            report(format_args!("the capture is not complete: {error}"));
        }
        if let Some(Some(error)) = self.secrets.file.as_ref().map(|file| file.with(KeyLogFile::take_error)) {
            report(format_args!("the key log is not complete: {error}"));
        }
    }
}

/// Who sees the secrets.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    file: Option<Shared<KeyLogFile>>,
    capture: Option<Capture>,
}

impl KeyLog for Secrets {
    fn log(&mut self, client_random: &[u8; 32], master_secret: &[u8; 48]) {
        if let Some(file) = &self.file {
            file.with(|file| file.log(client_random, master_secret));
        }
        if let Some(shared) = &self.capture {
            shared.with(|slot| {
                if let Some(capture) = slot {
                    capture.log(client_random, master_secret);
                }
            });
        }
    }
}

/// Who reads along: lines on standard error with the number of the connection and mbedTLS's mark of the level.
#[derive(Clone, Copy, Default)]
pub(crate) struct Words {
    level: u8,
    connection: u32,
}

impl Words {
    /// Whether there is anything to tell.
    pub(crate) const fn is_on(self) -> bool {
        self.level > 0
    }
}

impl Trace for Words {
    fn line(&mut self, level: Level, text: fmt::Arguments<'_>) {
        let level = level as u8;
        if level <= self.level {
            report(format_args!("connection {} |{level}| {text}", self.connection));
        }
    }
}
